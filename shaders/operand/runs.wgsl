// NAME is read wherever its axes lead, along the innermost from neighbor to neighbor: no four elements cross it.
fn fetch_NAME(v: u32) -> vec4u {
  return quad_NAME(place_in_NAME(4u * v));
}
