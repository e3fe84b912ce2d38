// A unit is one element or four neighboring elements. FLOATS is f32 or vec4f; WORDS and TRUTHS are the matching types
// of u32 and bool.
// needs: math/special
alias Unit = FLOATS;
alias Bits = WORDS;
alias Truth = TRUTHS;

fn magnitude(u: Unit) -> Bits {
  return bitcast<Bits>(u) & Bits(MAGNITUDE);
}

fn finite(u: Unit) -> Truth {
  return magnitude(u) < Bits(INFINITE);
}

// Returns u with its value hidden from the compiler (see monoid/moments.wgsl), so that (x - mean) - tail never becomes
// x - (mean + tail).
fn veiled_unit(u: Unit) -> Unit {
  return bitcast<Unit>(bitcast<Bits>(u) ^ Bits(params.nan_bits & 1u));
}
