// y as it is.
// needs: channels/unit
// provides: an activation (activated)
fn activated(y: Bits) -> Bits {
  return y;
}
