// NAME [..., C] where a unit lies in one channel.
// needs: reads of NAME, channels/unit
// provides: channels of NAME (of_channel_NAME)
fn of_channel_NAME(c: u32) -> Unit {
  return Unit(bitcast<f32>(one_NAME(c)));
}
