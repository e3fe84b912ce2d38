// NAME [..., C], where a unit lies in one channel.
fn of_channel_NAME(c: u32) -> Unit {
  return Unit(bitcast<f32>(one_NAME(c)));
}
