// 1 where a = b, else 0. -0 equals 0; NaN equals nothing.
// needs: elementwise/classes
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return select(vec4u(0u), vec4u(1u), ((a == b) & !are_nan(a)) | (are_zero(a) & are_zero(b)));
}
