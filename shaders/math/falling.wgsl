// exp(x - m) of elements x given by their bits, with m no less than any of them: exactly 1 at m, and exactly 0 for -inf,
// whatever m is.
// needs: an exponential, math/special
// provides: falling exponentials (NOTHING, comparable, value_of, exponential4)
const NOTHING = NEGATIVE_INFINITE; // the bits of an element that adds nothing

// What exponential4 takes and value_of shows as a number.
fn comparable(bits: vec4u) -> vec4u {
  return bits;
}

fn value_of(comparable: vec4u) -> vec4f {
  return bounded(comparable);
}

fn exponential4(comparable: vec4u, m: f32) -> vec4f {
  return select(vec4f(0.0), exp4(bounded(comparable) - m), comparable != vec4u(NEGATIVE_INFINITE));
}
