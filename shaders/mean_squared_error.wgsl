// The squared error of each element: (x - t)². NaN where either is NaN or both are the same infinity; any other
// infinity gives ∞.
// needs: reads of t, reads of x, writes of losses, math/elements, math/special
@compute @workgroup_size(WORKGROUP_SIZE)
fn mean_squared_error(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    let v = first + p;
    if (4u * v < params.size) {
      let x = bitcast<vec4f>(vector_x(v));
      let t = bitcast<vec4f>(vector_t(v));
      var losses: vec4f;
      for (var j = 0u; j < 4u; j++) {
        losses[j] = loss_of(x[j], t[j]);
      }
      put4_losses(4u * v, bitcast<vec4u>(losses), live_at(v));
    }
  }
}

fn loss_of(x: f32, t: f32) -> f32 {
  let x_bits = bitcast<u32>(x);
  let t_bits = bitcast<u32>(t);
  if (is_finite(x_bits) && is_finite(t_bits)) {
    return (x - t) * (x - t);
  }
  return select(infinity(), nan(), is_nan(x_bits) || is_nan(t_bits) || x_bits == t_bits);
}
