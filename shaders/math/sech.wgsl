// a·(scale·sech u)², as a product with two factors of scale·sech u, which underflow only where the result would by far.
// NaN where a or u is NaN.
// needs: an exponential, elementwise/classes, elementwise/product
fn by_sech_squared(a: vec4u, u: vec4u, scale: f32) -> vec4u {
  let h = exp4(-abs(finite_of(u)));
  let sech = select(bitcast<vec4u>(scale * (2.0 * h) / (1.0 + h * h)), u, are_nan(u));
  // The slope is positive wherever u is finite, even where it underflows.
  return select(product(product(a, sech), sech), a, are_infinite(a) & are_finite(u));
}
