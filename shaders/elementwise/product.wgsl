// a·b. NaN, or an infinity times 0, gives NaN; any other infinity gives one of the product's sign.
// needs: elementwise/classes, math/special
fn product(a: vec4u, b: vec4u) -> vec4u {
  let usual = bitcast<vec4u>(finite_of(a) * finite_of(b));
  let finite = are_finite(a) & are_finite(b);
  if (all(finite)) {
    return usual;
  }
  let none = are_nan(a) | are_nan(b) | are_zero(a) | are_zero(b);
  let special = select(vec4u(INFINITE) | sign_of(a ^ b), vec4u(params.nan_bits), none);
  return select(special, usual, finite);
}
