// What is of one channel, into NAME.
fn put_NAME(at: u32, value: Value) {
  NAME[at] = value;
}
