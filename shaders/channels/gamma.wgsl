// γ, or 1 where there is none.
// needs: channels of gamma, channels/unit
// provides: gammas (gamma_of)
fn gamma_of(c: u32) -> Unit {
  if (HAS_GAMMA) {
    return of_channel_gamma(0u, c);
  }
  return Unit(1.0);
}
