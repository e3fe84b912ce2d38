// max(x, 0); NaN stays NaN.
fn apply(x: vec4u) -> vec4u {
  return select(x, vec4u(0u), (x >= vec4u(0x80000000u)) & !are_nan(x));
}
