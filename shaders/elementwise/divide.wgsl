// a / b. NaN, 0 / 0 and ∞ / ∞ give NaN. Any other a / 0 or ∞ / b gives ∞ with the quotient's sign. A number over ∞
// gives 0.
// needs: elementwise/classes, math/special
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  // A divisor above 2^126, whose reciprocal may be flushed to 0, is divided by 4 together with a.
  let scale = select(vec4f(1.0), vec4f(0.25), (b & vec4u(MAGNITUDE)) > vec4u(0x7e800000u));
  let usual = are_finite(a) & are_finite(b) & !are_zero(b);
  let divisor = select(vec4f(1.0), finite_of(b), usual);
  let quotient = bitcast<vec4u>((finite_of(a) * scale) / (divisor * scale));
  if (all(usual)) {
    return quotient;
  }
  let none = are_nan(a) | are_nan(b) | (are_zero(a) & are_zero(b)) | (are_infinite(a) & are_infinite(b));
  let special = sign_of(a ^ b) | select(vec4u(INFINITE), vec4u(0u), are_infinite(b));
  return select(select(special, quotient, usual), vec4u(params.nan_bits), none);
}
