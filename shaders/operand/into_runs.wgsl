// NAME is written wherever its axes lead, along the innermost from neighbor to neighbor: no four elements cross it.
// needs: writes of NAME, operand/places
// provides: a target NAME (store_NAME)
fn store_NAME(v: u32, bits: vec4u, live: vec4<bool>) {
  put4_NAME(place_in_NAME(4u * v), bits, live);
}
