// γ, or what stands for it.
// needs: a unit, channels of gamma
// provides: gammas (gamma_of)
fn gamma_of(c: u32) -> Unit {
  if (HAS_GAMMA) {
    return of_channel_gamma(c);
  }
  return Unit(1.0);
}
