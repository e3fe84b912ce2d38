// NAME is written at the places that its axes give. Elements along the innermost axis are contiguous, and no vector of
// four crosses its end.
// needs: writes of NAME, operand/places
// provides: a target NAME (store_NAME)
fn store_NAME(v: u32, bits: vec4u, live: vec4<bool>) {
  put4_NAME(place_in_NAME(4u * v), bits, live);
}
