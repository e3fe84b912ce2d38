// The statistics of a unit's channels, read from memory.
// needs: channels of mean, channels of tail, channels of variance, channels/unit, channels/x_hat
fn channel_of(unit: u32) -> Channel {
  let c = unit * UNIT_CHANNELS;
  var tail = Unit(0.0);
  if (HAS_TAIL) {
    tail = of_channel_tail(0u, c);
  }
  return channel_from(of_channel_mean(0u, c), tail, of_channel_variance(0u, c));
}
