// NAME is read at the places that its axes give. Elements along the innermost axis are contiguous, and no vector of
// four crosses its end.
// needs: reads of NAME, operand/places
// provides: an operand NAME (fetch_NAME)
fn fetch_NAME(v: u32) -> vec4u {
  return quad_NAME(place_in_NAME(4u * v));
}
