// dx = dy·tanh'(x) = dy·sech²(x). a is dy and b is x.
// needs: math/sech
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return by_sech_squared(a, b, 1.0);
}
