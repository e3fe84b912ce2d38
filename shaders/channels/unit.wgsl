// A unit is one element or four neighboring elements. FLOATS is f32 or vec4f; WORDS, INTEGERS and TRUTHS are the matching
// types of u32, i32 and bool.
// needs: math/special
alias Unit = FLOATS;
alias Bits = WORDS;
alias Truth = TRUTHS;
alias Signed = INTEGERS;

fn magnitude(u: Unit) -> Bits {
  return bitcast<Bits>(u) & Bits(MAGNITUDE);
}

fn finite(u: Unit) -> Truth {
  return magnitude(u) < Bits(INFINITE);
}

// The largest bits among some units, unsigned and signed: negative elements have the largest unsigned ones. Two maxima per
// element take fewer instructions than a mask and one.
struct Extremes {
  high: Bits,
  highest: Signed,
}

const NO_EXTREMES = Extremes(Bits(0u), Signed(LEAST_I32));

fn extremes_with(e: Extremes, u: Unit) -> Extremes {
  return Extremes(max(e.high, bitcast<Bits>(u)), max(e.highest, bitcast<Signed>(u)));
}

fn all_finite(e: Extremes) -> Truth {
  return (e.high < Bits(NEGATIVE_INFINITE)) & (e.highest < Signed(INFINITE_I32));
}

// x - y as one operation that compilers do not reassociate, so that (x - mean) - tail never becomes x - (mean + tail):
// the factor is 1, from the bits of NaN, but only at run time.
fn difference(x: Unit, y: Unit) -> Unit {
  return fma(x, Unit(bitcast<f32>(params.nan_bits & 0x3f800000u)), -y);
}
