// NAME, written in units of one element.
// needs: single writes of NAME, channels/unit
// provides: units into NAME (store_NAME)
fn store_NAME(i: u32, value: Unit) {
  put1_NAME(i, bitcast<u32>(value));
}
