// Rows whose elements are contiguous, with places counted from the tensor's start.
// needs: io/row
// provides: a layout (STRIDED, place_of, places_of)
const STRIDED = false;

// The place of element i in the tensor.
fn place_of(i: u32) -> u32 {
  return i;
}

fn places_of(v: u32) -> vec4u {
  return 4u * v + IOTA;
}
