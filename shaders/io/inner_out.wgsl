// NAME by rows along an axis other than the last, written element by element, since neighbors belong to other rows.
// `whole`: all four elements belong to the row.
// needs: a layout, single writes of NAME, io/row
// provides: rows into NAME (store4_NAME)
fn store4_NAME(row: Row, v: u32, value: vec4f, whole: bool) {
  let bits = bitcast<vec4u>(value);
  let at = places_of(v);
  let live = vec4<bool>(whole) | live_at(row, v);
  if (live.x) { put1_NAME(at.x, bits.x); }
  if (live.y) { put1_NAME(at.y, bits.y); }
  if (live.z) { put1_NAME(at.z, bits.z); }
  if (live.w) { put1_NAME(at.w, bits.w); }
}
