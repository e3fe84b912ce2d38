// NAME is read at the places that its axes give.
// needs: reads of NAME, operand/places
// provides: an operand NAME (fetch_NAME)
fn fetch_NAME(v: u32) -> vec4u {
  let at = places_in_NAME(v);
  return vec4u(one_NAME(at.x), one_NAME(at.y), one_NAME(at.z), one_NAME(at.w));
}
