// y as it is.
// needs: a unit
// provides: an activation (activated)
fn activated(y: Bits) -> Bits {
  return y;
}
