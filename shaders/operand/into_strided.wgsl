// NAME is written at the places that its axes give.
// needs: single writes of NAME, operand/places
// provides: a target NAME (store_NAME)
fn store_NAME(v: u32, bits: vec4u, live: vec4<bool>) {
  let at = places_in_NAME(v);
  if (live.x) { put1_NAME(at.x, bits.x); }
  if (live.y) { put1_NAME(at.y, bits.y); }
  if (live.z) { put1_NAME(at.z, bits.z); }
  if (live.w) { put1_NAME(at.w, bits.w); }
}
