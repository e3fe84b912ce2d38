// NAME by rows along the last axis, written. `whole`: all four elements belong to the row.
// needs: writes of NAME, io/row
// provides: rows into NAME (store4_NAME)
fn store4_NAME(row: Row, v: u32, value: vec4f, whole: bool) {
  if (whole) {
    put_vector_NAME(v, bitcast<vec4u>(value));
    return;
  }
  let live = live_at(row, v);
  if (any(live)) {
    put4_NAME(4u * v, bitcast<vec4u>(value), live);
  }
}
