// A unit is an element, or four neighbors: FLOATS is f32 or vec4f, and WORDS and TRUTHS are what goes with it.
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

// u itself, which no compiler knows (see monoid/moments.wgsl): (x - mean) - tail is not to become x - (mean + tail).
fn veiled_unit(u: Unit) -> Unit {
  return bitcast<Unit>(bitcast<Bits>(u) ^ Bits(params.nan_bits & 1u));
}
