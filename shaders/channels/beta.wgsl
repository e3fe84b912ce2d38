// β, or 0 where there is none.
// needs: channels of beta, channels/unit
fn beta_of(c: u32) -> Unit {
  if (HAS_BETA) {
    return of_channel_beta(0u, c);
  }
  return Unit(0.0);
}
