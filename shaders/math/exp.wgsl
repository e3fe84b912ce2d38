// exp(u) for u <= 88, within 1.2 ulp on every adapter (the built-in may be off by 3 + 2|u| ulp); exactly 1 at 0,
// exactly 0 from -104 down. Cody and Waite: u = k·ln 2 + r, |r| <= ln 2 / 2; k·LN2_HIGH is exact without a fused
// multiply-add. Rounding uses the integer that the magic addend leaves in the mantissa, since compilers fold (u + C) -
// C away.
// provides: an exponential (exp1, exp4)
const LOG2_E = 1.44269504088896341f;
const LN2_HIGH = 0.693359375f; // 10 bits, so products with |k| < 2^14 are exact
const LN2_LOW = -2.12194440e-4f;

fn exp4(u: vec4f) -> vec4f {
  let v = max(u, vec4f(-104.0));
  let k = bitcast<vec4i>(v * LOG2_E + 12582912.0) - vec4i(0x4b400000);
  let q = vec4f(k);
  let r = (v - q * LN2_HIGH) - q * LN2_LOW;
  // (e^r - 1 - r) / r² on |r| <= ln 2 / 2, minimax (Remez): e^r is off by 2e-9, 1/60 of an ulp.
  var p = r * 1.3893407412e-3 + 8.3702996018e-3;
  p = p * r + 4.1667091005e-2;
  p = p * r + 1.6666505746e-1;
  p = p * r + 4.9999998126e-1;
  let e = (p * (r * r) + r) + 1.0;
  // Scaled by 2^k in the exponent bits. A result below their range is 0.
  return bitcast<vec4f>(max(bitcast<vec4i>(e) + (k << vec4u(23u)), vec4i(0)));
}

fn exp1(u: f32) -> f32 {
  return exp4(vec4f(u)).x;
}
