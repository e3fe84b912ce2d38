// NAME in units, fetched as elements or as vectors of four (FETCH: `one` or `quad`).
// needs: a unit, reads of NAME
// provides: units of NAME (unit_NAME)
fn unit_NAME(i: u32) -> Unit {
  return bitcast<Unit>(FETCH_NAME(VECTOR * i));
}
