// What optimizer updates share, for four neighboring elements: the clipped gradient, and the check for non-finite
// values.
// needs: reads of clip, reads of gradients, elementwise/classes, math/special
fn scaled_gradient(at: u32) -> vec4f {
  let g = bitcast<vec4f>(quad_gradients(at));
  if (CLIPPED) {
    return bitcast<f32>(one_clip(1u)) * g; // [norm, scale]
  }
  return g;
}

// Whether the gradient and the clipping scale are finite. Their own bits decide, not the result of arithmetic with
// them.
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
