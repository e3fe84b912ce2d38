// What updates of four neighbors share: the gradient as it is clipped, and what may enter arithmetic.
// needs: reads of clip, reads of gradients, elementwise/classes, math/special
fn scaled_gradient(at: u32) -> vec4f {
  let g = bitcast<vec4f>(quad_gradients(at));
  if (CLIPPED) {
    return bitcast<f32>(one_clip(1u)) * g; // [norm, scale]
  }
  return g;
}

// Whether gradient and clipping are numbers; what they are decides, not what arithmetic makes of them.
fn healthy_gradient(at: u32) -> vec4<bool> {
  let healthy = are_finite(quad_gradients(at));
  if (CLIPPED) {
    return healthy & vec4<bool>(is_finite(one_clip(1u)));
  }
  return healthy;
}

fn held(value: vec4f, healthy: vec4<bool>) -> vec4u {
  return select(vec4u(params.nan_bits), bitcast<vec4u>(value), healthy);
}
