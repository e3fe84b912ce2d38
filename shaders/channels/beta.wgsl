// β, or what stands for it.
// needs: a unit, channels of beta
fn beta_of(c: u32) -> Unit {
  if (HAS_BETA) {
    return of_channel_beta(c);
  }
  return Unit(0.0);
}
