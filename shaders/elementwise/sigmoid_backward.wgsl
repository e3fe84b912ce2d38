// dx = dy·σ'(x) = dy·(sech(x/2) / 2)². a is dy and b is x.
// needs: elementwise/classes, math/sech
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return by_sech_squared(a, select(bitcast<vec4u>(0.5 * bitcast<vec4f>(b)), b, are_nan(b)), 0.5);
}
