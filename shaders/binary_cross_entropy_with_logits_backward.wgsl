// dx = g · ( w·(1 - t)·σ(x) - w·t·pw·σ(-x) ) with g = upstream / divisor. With both sigmoids nothing cancels where the
// model is confident. There is no upstream, one value (ONE_UPSTREAM), or one value per element (EACH_UPSTREAM).
// needs: reads of upstream, reads of x, writes of dx, math/elements, math/element_weights, math/sigmoid, math/special
struct Params {
  divisor: f32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn binary_cross_entropy_with_logits_backward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    let v = first + p;
    if (4u * v < params.size) {
      let x = bitcast<vec4f>(vector_x(v));
      let positive = positive4(v);
      let negative = negative4(v);
      var dx: vec4f;
      for (var j = 0u; j < 4u; j++) {
        dx[j] = slope_of(x[j], positive[j], negative[j]);
      }
      put4_dx(4u * v, bitcast<vec4u>(dx * (upstream4(v) / params.divisor)), live_at(v));
    }
  }
}

fn upstream4(v: u32) -> vec4f {
  if (ONE_UPSTREAM) {
    return vec4f(bitcast<f32>(one_upstream(0u)));
  }
  if (EACH_UPSTREAM) {
    return bitcast<vec4f>(vector_upstream(v));
  }
  return vec4f(1.0);
}

fn slope_of(x: f32, positive: f32, negative: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (is_nan(bits)) {
    return nan();
  }
  let z = select(select(LARGEST, LOWEST, bits == NEGATIVE_INFINITE), x, is_finite(bits));
  return negative * sigmoid_of(z) - positive * sigmoid_of(-z);
}
