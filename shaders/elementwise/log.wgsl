// log(x): -∞ at 0 (a subnormal counts as 0), NaN below 0, ∞ at ∞.
// needs: math/log, math/special
// provides: a function (apply)
fn log_bits(bits: u32) -> u32 {
  if ((bits & MAGNITUDE) < 0x00800000u) {
    return NEGATIVE_INFINITE;
  }
  if (bits > INFINITE) { // NaN or negative
    return params.nan_bits;
  }
  if (bits == INFINITE) {
    return INFINITE;
  }
  return bitcast<u32>(log_of(bitcast<f32>(bits)));
}

fn apply(x: vec4u) -> vec4u {
  return vec4u(log_bits(x.x), log_bits(x.y), log_bits(x.z), log_bits(x.w));
}
