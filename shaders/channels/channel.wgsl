// NAME [..., C] where a unit lies in one channel.
// needs: reads of NAME, channels/unit, channels/walk
// provides: channels of NAME (of_channel_NAME)
fn of_channel_NAME(start: u32, c: u32) -> Unit {
  return Unit(bitcast<f32>(one_NAME(start + channel_at(c))));
}
