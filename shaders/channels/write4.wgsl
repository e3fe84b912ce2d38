// NAME, written in units of four elements, all of them one lane's.
// needs: a unit, writes of NAME
// provides: units into NAME (store_NAME)
fn store_NAME(i: u32, value: Unit) {
  put4_NAME(4u * i, bitcast<vec4u>(value), vec4<bool>(true));
}
