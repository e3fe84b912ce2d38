// NAME [..., C] where a unit spans four channels. It is read element by element, since it may be a view that starts
// anywhere.
// needs: reads of NAME, channels/unit
// provides: channels of NAME (of_channel_NAME)
fn of_channel_NAME(c: u32) -> Unit {
  return bitcast<vec4f>(vec4u(one_NAME(c), one_NAME(c + 1u), one_NAME(c + 2u), one_NAME(c + 3u)));
}
