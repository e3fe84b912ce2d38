// For each logit x with its target t, weight w and positive weight pw:
//   loss = w·t·pw · softplus(-x) + w·(1 - t) · softplus(x),   softplus(z) = max(z, 0) + log1p(exp -|z|).
// A term with weight 0 adds nothing, so an infinite logit on the target's side costs 0. NaN gives NaN.
// needs: an exponential, reads of x, writes of losses, math/elements, math/element_weights, math/log, math/special
@compute @workgroup_size(WORKGROUP_SIZE)
fn binary_cross_entropy_with_logits_forward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    let v = first + p;
    if (4u * v < params.size) {
      let x = bitcast<vec4f>(vector_x(v));
      let positive = positive4(v);
      let negative = negative4(v);
      var losses: vec4f;
      for (var j = 0u; j < 4u; j++) {
        losses[j] = loss_of(x[j], positive[j], negative[j]);
      }
      put4_losses(4u * v, bitcast<vec4u>(losses), live_at(v));
    }
  }
}

fn loss_of(x: f32, positive: f32, negative: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (is_nan(bits) || !is_finite(bitcast<u32>(positive)) || !is_finite(bitcast<u32>(negative))) {
    return nan();
  }
  if (!is_finite(bits)) {
    let cost = select(negative, positive, bits == NEGATIVE_INFINITE);
    return bitcast<f32>(select(bitcast<u32>(infinity()) | (bitcast<u32>(cost) & 0x80000000u), 0u, cost == 0.0));
  }
  let tail = log1p_of(exp1(-abs(x)));
  return positive * (max(-x, 0.0) + tail) + negative * (max(x, 0.0) + tail);
}
