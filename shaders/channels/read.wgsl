// NAME in units, read as elements or as vectors of four (FETCH: `one` or `quad`).
// needs: reads of NAME, channels/unit
// provides: units of NAME (unit_NAME)
fn unit_NAME(i: u32) -> Unit {
  return bitcast<Unit>(FETCH_NAME(VECTOR * i));
}
