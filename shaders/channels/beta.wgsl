// β, or what stands for it.
// needs: channels of beta, channels/unit
fn beta_of(c: u32) -> Unit {
  if (HAS_BETA) {
    return of_channel_beta(c);
  }
  return Unit(0.0);
}
