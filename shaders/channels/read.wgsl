// NAME in units, fetched as elements or as vectors of four (FETCH: `one` or `quad`).
fn unit_NAME(i: u32) -> Unit {
  return bitcast<Unit>(FETCH_NAME(VECTOR * i));
}
