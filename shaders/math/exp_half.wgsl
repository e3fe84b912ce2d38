// exp(u) for u <= 0 where the result is rounded to f16: exactly 1 at 0. This part serves only adapters on which a probe
// found the built-in exp2 within 2^-18 of its value where f16 does not round it to 0, 1/64 of half an ulp of f16. The
// rounding of u·log2 e adds at most 2^-19.
// provides: an exponential (exp1, exp4)
const LOG2_E = 1.44269504088896341f;

fn exp4(u: vec4f) -> vec4f {
  return exp2(max(u, vec4f(-87.0)) * LOG2_E);
}

fn exp1(u: f32) -> f32 {
  return exp4(vec4f(u)).x;
}
