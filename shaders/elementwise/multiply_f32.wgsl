// needs: elementwise/product
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return product(a, b);
}
