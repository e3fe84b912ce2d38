// NAME is read wherever its axes lead, along the innermost from neighbor to neighbor: no four elements cross it.
// needs: reads of NAME, operand/places
// provides: an operand NAME (fetch_NAME)
fn fetch_NAME(v: u32) -> vec4u {
  return quad_NAME(place_in_NAME(4u * v));
}
