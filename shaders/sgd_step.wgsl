// Stochastic gradient descent, as torch.optim.SGD has it with dampening 0 (Sutskever et al., ICML 2013). For each
// element, in place:
//   g ← scale·g + λ·p
//   b ← μ·b + g
//   p ← p - η·d,  where d = g + μ·b with NESTEROV, b with MOMENTUM alone, else g
// A non-finite input makes p and b of its element NaN and leaves all others alone.
// needs: reads of parameters, reads of velocity, writes of moved_parameters, writes of moved_velocity, elementwise/classes,
//   optim/update
struct Params {
  size: u32,
  learning_rate: f32, // η
  momentum: f32, // μ
  weight_decay: f32, // λ
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn sgd_step(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = 4u * ((group.x + group.y * groups.x) * WORKGROUP_SIZE + lane);
  if (i >= params.size) {
    return;
  }
  let p_bits = quad_parameters(i);
  var healthy = healthy_gradient(i) & are_finite(p_bits);
  let p = bitcast<vec4f>(p_bits);
  let g = scaled_gradient(i) + params.weight_decay * p;
  var d = g;
  if (MOMENTUM) {
    let b_bits = quad_velocity(i);
    healthy = healthy & are_finite(b_bits);
    let b = params.momentum * bitcast<vec4f>(b_bits) + g;
    put4_moved_velocity(i, held(b, healthy), vec4<bool>(true));
    d = b;
    if (NESTEROV) {
      d = g + params.momentum * b;
    }
  }
  put4_moved_parameters(i, held(p - params.learning_rate * d, healthy), vec4<bool>(true));
}
