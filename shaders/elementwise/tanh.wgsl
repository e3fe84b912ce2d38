// tanh(x) = (1 - e) / (1 + e) with e = exp(-2|x|). Near 0, where that cancels, it is an odd polynomial (Cephes tanhf).
// It is ±1 once f32 has no number between.
// needs: an exponential, elementwise/classes
// provides: a function (apply)
fn apply(x: vec4u) -> vec4u {
  let m = min(abs(finite_of(x)), vec4f(10.0));
  let e = exp4(-2.0 * m);
  let z = m * m;
  var p = z * -5.70498872745e-3 + 2.06390887954e-2;
  p = p * z - 5.37397155531e-2;
  p = p * z + 1.33314422036e-1;
  p = p * z - 3.33332819422e-1;
  let small = p * z * m + m;
  let y = select(select((1.0 - e) / (1.0 + e), vec4f(1.0), m > vec4f(9.1)), small, m < vec4f(0.625));
  return select(bitcast<vec4u>(y) | sign_of(x), vec4u(params.nan_bits), are_nan(x));
}
