// exp(u) for u <= 88 by the built-in exp2 on [-1/2, 1/2], after an exact range reduction (see math/exp); exactly 1 at
// 0, exactly 0 from -104 down. This part serves only adapters on which a probe found exp2 within 2^-22 of its value
// there, so the result is within 3 ulp.
// provides: an exponential (exp1, exp4)
const LOG2_E = 1.44269504088896341f;
const LN2_HIGH = 0.693359375f; // 10 bits, so products with |k| < 2^14 are exact
const LN2_LOW = -2.12194440e-4f;

fn exp4(u: vec4f) -> vec4f {
  let v = max(u, vec4f(-104.0));
  let k = bitcast<vec4i>(v * LOG2_E + 12582912.0) - vec4i(0x4b400000);
  let q = vec4f(k);
  let r = (v - q * LN2_HIGH) - q * LN2_LOW;
  // Scaled by 2^k in the exponent bits. A result below their range is 0.
  return bitcast<vec4f>(max(bitcast<vec4i>(exp2(r * LOG2_E)) + (k << vec4u(23u)), vec4i(0)));
}

fn exp1(u: f32) -> f32 {
  return exp4(vec4f(u)).x;
}
