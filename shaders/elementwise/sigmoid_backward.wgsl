// dx = dy·y·(1 - y), y = σ(x), a for dy and b for y.
fn apply(a: vec4u, b: vec4u) -> vec4u {
  let y = finite_of(b);
  return product(a, select(bitcast<vec4u>(y * (1.0 - y)), b, are_nan(b)));
}
