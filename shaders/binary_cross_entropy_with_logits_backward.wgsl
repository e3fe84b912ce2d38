// dx = g · ( w·(1 - t)·σ(x) - w·t·pw·σ(-x) ): with both sigmoids, so that nothing cancels where the model is confident.
// g = upstream / divisor; UPSTREAM: 0 none, 1 a scalar, 2 one an entry.
struct Params {
  size: u32,
  divisor: f32,
  x_origin: u32,
  t_origin: u32,
  weight_origin: u32,
  pos_weight_origin: u32,
  upstream_origin: u32,
  dx_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

fn upstream4(v: u32) -> vec4f {
  if (UPSTREAM == 1u) {
    return vec4f(bitcast<f32>(one_upstream(0u)));
  }
  if (UPSTREAM == 2u) {
    return bitcast<vec4f>(quad_upstream(4u * v));
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

@compute @workgroup_size(WIDTH)
fn binary_cross_entropy_with_logits_backward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    let v = first + p;
    if (4u * v < params.size) {
      let x = bitcast<vec4f>(quad_x(4u * v));
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
