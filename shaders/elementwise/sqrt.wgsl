// √x: NaN below 0, ∞ at ∞; a zero keeps its sign.
// needs: elementwise/classes, math/special
// provides: a function (apply)
fn apply(x: vec4u) -> vec4u {
  let kept = are_zero(x) | (x == vec4u(INFINITE));
  let usual = !kept & (x < vec4u(INFINITE));
  let root = bitcast<vec4u>(sqrt(select(vec4f(1.0), bitcast<vec4f>(x), usual)));
  return select(select(vec4u(params.nan_bits), x, kept), root, usual);
}
