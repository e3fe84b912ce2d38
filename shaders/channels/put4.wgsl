// Stores the values of four neighboring channels in NAME.
// needs: a buffer NAME, channels/value
// provides: values into NAME (put_NAME)
fn put_NAME(at: u32, value: Value) {
  NAME[at] = value.x;
  NAME[at + 1u] = value.y;
  NAME[at + 2u] = value.z;
  NAME[at + 3u] = value.w;
}
