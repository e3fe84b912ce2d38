// max(y, 0); NaN stays NaN.
fn activated(y: Bits) -> Bits {
  return select(y, Bits(0u), (y - Bits(0x80000000u)) <= Bits(INFINITE));
}
