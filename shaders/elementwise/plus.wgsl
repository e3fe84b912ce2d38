// a + b. NaN, or infinities of both signs, give NaN; otherwise an infinity gives itself.
// needs: elementwise/classes
fn plus(a: vec4u, b: vec4u) -> vec4u {
  let sum = bitcast<vec4u>(finite_of(a) + finite_of(b));
  let finite = are_finite(a) & are_finite(b);
  if (all(finite)) {
    return sum;
  }
  let none = are_nan(a) | are_nan(b) | (are_infinite(a) & are_infinite(b) & (a != b));
  let special = select(b, a, are_infinite(a));
  return select(select(special, sum, finite), vec4u(params.nan_bits), none);
}
