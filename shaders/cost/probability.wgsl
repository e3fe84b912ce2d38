// The cost of a probability x: -log x, as bits. It is +inf at 0 and NaN below. Subnormals count as 0, since adapters
// may flush them.
// needs: math/log, math/special
// provides: a cost (cost_of)
fn cost_of(bits: u32) -> u32 {
  if ((bits & MAGNITUDE) < 0x00800000u) {
    return INFINITE & params.nan_bits;
  }
  if ((bits & 0x80000000u) != 0u || is_nan(bits)) {
    return params.nan_bits;
  }
  if (!is_finite(bits)) {
    return NEGATIVE_INFINITE;
  }
  return bitcast<u32>(-log_of(bitcast<f32>(bits)));
}
