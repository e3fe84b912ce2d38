// The identity: y is unchanged.
// needs: channels/unit
// provides: an activation (activated)
fn activated(y: Bits) -> Bits {
  return y;
}
