// Adam (Kingma and Ba, arXiv 1412.6980) as in torch.optim.Adam, and AdamW (Loshchilov and Hutter, arXiv 1711.05101) as
// in torch.optim.AdamW. For each element, in place:
//   g ← scale·g + l2·p
//   m ← β₁·m + (1 - β₁)·g
//   v ← β₂·v + (1 - β₂)·g²
//   p ← p - (decay·p + step_size·m/(correction·√v + ε))
// The host computes step_size = η/(1 - β₁ᵗ) and correction = 1/√(1 - β₂ᵗ). Adam has decay = 0; AdamW has l2 = 0 and
// decay = η·λ. A non-finite input makes p, m and v of its element NaN and leaves all others alone.
// needs: reads of mean, reads of parameters, reads of square, writes of moved_mean, writes of moved_parameters,
//   writes of moved_square, elementwise/classes, optim/update
struct Params {
  size: u32,
  beta1: f32,
  beta2: f32,
  rest1: f32, // 1 - β₁
  rest2: f32, // 1 - β₂
  step_size: f32,
  correction: f32,
  epsilon: f32,
  decay: f32,
  l2: f32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn adam_step(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = 4u * ((group.x + group.y * groups.x) * WORKGROUP_SIZE + lane);
  if (i >= params.size) {
    return;
  }
  let p_bits = quad_parameters(i);
  let m_bits = quad_mean(i);
  let v_bits = quad_square(i);
  let healthy = healthy_gradient(i) & are_finite(p_bits) & are_finite(m_bits) & are_finite(v_bits);
  let p = bitcast<vec4f>(p_bits);
  let g = scaled_gradient(i) + params.l2 * p;
  let m = params.beta1 * bitcast<vec4f>(m_bits) + params.rest1 * g;
  let v = params.beta2 * bitcast<vec4f>(v_bits) + params.rest2 * (g * g);
  let positive = v > vec4f(0.0);
  let root = select(vec4f(0.0), sqrt(select(vec4f(1.0), v, positive)), positive); // adapters may compute √0 as 1/(1/√0)
  let moved = p - (params.decay * p + params.step_size * (m / (params.correction * root + params.epsilon)));
  put4_moved_mean(i, held(m, healthy), vec4<bool>(true));
  put4_moved_square(i, held(v, healthy), vec4<bool>(true));
  put4_moved_parameters(i, held(moved, healthy), vec4<bool>(true));
}
