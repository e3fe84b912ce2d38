// exp(x - m) of elements x that were halves, given by their f32 bits, with m no less than any of them;
// exactly 0 for -inf, which counts as a number so far below all halves that nothing has to be selected. This part
// serves only adapters on which a probe found the built-in exp2 accurate. The rounding of (x - m)·log2 e adds up to
// |x - m|·1.2e-7, which is too much for a result in f32, but vanishes in the logarithm of a sum: what lies far below m
// adds little to it.
// provides: falling exponentials (NOTHING, comparable, value_of, exponential4)
const NOTHING = 0xc8800000u; // -2^18, the bits of an element that adds nothing
const NO_MAXIMUM = -0x1p17f;

fn comparable(bits: vec4u) -> vec4u {
  return min(bits, vec4u(NOTHING));
}

fn value_of(comparable: vec4u) -> vec4f {
  return bitcast<vec4f>(comparable);
}

fn exponential4(comparable: vec4u, m: f32) -> vec4f {
  return exp2((value_of(comparable) - max(m, NO_MAXIMUM)) * 1.44269504088896341f);
}
