// NAME, written in units of one element.
fn store_NAME(i: u32, value: Unit) {
  put1_NAME(i, bitcast<u32>(value));
}
