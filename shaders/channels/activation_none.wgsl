// y as it is.
fn activated(y: Bits) -> Bits {
  return y;
}
