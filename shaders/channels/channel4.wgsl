// NAME [..., C] where a unit spans four channels. It is read element by element, since it may be a view that starts
// anywhere.
// needs: reads of NAME, channels/unit, channels/walk
// provides: channels of NAME (of_channel_NAME)
fn of_channel_NAME(start: u32, c: u32) -> Unit {
  return bitcast<vec4f>(vec4u(value_NAME(start, c), value_NAME(start, c + 1u), value_NAME(start, c + 2u), value_NAME(start, c + 3u)));
}

fn value_NAME(start: u32, c: u32) -> u32 {
  return one_NAME(start + channel_at(c));
}
