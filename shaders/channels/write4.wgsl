// NAME, written in units of four elements, all of which belong to one lane.
// needs: writes of NAME, channels/unit
// provides: units into NAME (store_NAME)
fn store_NAME(i: u32, value: Unit) {
  put_vector_NAME(i, bitcast<vec4u>(value));
}
