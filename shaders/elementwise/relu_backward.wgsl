// dx = dy where y = max(x, 0) is not 0, NaN included, else 0. a is dy and b is y.
// needs: elementwise/classes
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return select(a, vec4u(0u), are_zero(b));
}
