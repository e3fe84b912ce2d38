// max(x, 0); NaN stays NaN.
// needs: elementwise/classes
// provides: a function (apply)
fn apply(x: vec4u) -> vec4u {
  return select(x, vec4u(0u), (x >= vec4u(0x80000000u)) & !are_nan(x));
}
