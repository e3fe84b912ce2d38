// σ(x) = 1 / (1 + exp(-x)), computed from exp(-|x|), which cannot overflow. It is 1 once f32 has no number between.
// needs: an exponential, elementwise/classes
// provides: a function (apply)
fn apply(x: vec4u) -> vec4u {
  let u = finite_of(x);
  let e = exp4(-abs(u));
  let y = select(vec4f(1.0), e, u < vec4f(0.0)) / (1.0 + e);
  return select(bitcast<vec4u>(select(y, vec4f(1.0), u > vec4f(17.4))), vec4u(params.nan_bits), are_nan(x));
}
