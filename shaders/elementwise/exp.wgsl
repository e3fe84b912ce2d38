// exp(x): ∞ where it exceeds every f32, and at ∞; 0 at -∞.
// needs: an exponential, elementwise/classes, math/special
// provides: a function (apply)
const LARGEST_ARGUMENT = 88.7228317f;

fn apply(x: vec4u) -> vec4u {
  let u = finite_of(x);
  let e = bitcast<vec4u>(exp4(min(u, vec4f(LARGEST_ARGUMENT))));
  return select(select(e, vec4u(INFINITE), u > vec4f(LARGEST_ARGUMENT)), vec4u(params.nan_bits), are_nan(x));
}
