// Stores the value of one channel in NAME.
// needs: a buffer NAME, channels/value
// provides: values into NAME (put_NAME)
fn put_NAME(at: u32, value: Value) {
  NAME[at] = value;
}
