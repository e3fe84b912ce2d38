// ReLU: max(y, 0); NaN stays NaN.
// needs: channels/unit, math/special
// provides: an activation (activated)
fn activated(y: Bits) -> Bits {
  return select(y, Bits(0u), (y - Bits(0x80000000u)) <= Bits(INFINITE));
}
