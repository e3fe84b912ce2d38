// NAME by rows along another axis than the last, written: neighbours are other rows'.
fn store4_NAME(v: u32, value: vec4f, live: vec4<bool>) {
  let bits = bitcast<vec4u>(value);
  let at = places_of(v);
  if (live.x) { put1_NAME(at.x, bits.x); }
  if (live.y) { put1_NAME(at.y, bits.y); }
  if (live.z) { put1_NAME(at.z, bits.z); }
  if (live.w) { put1_NAME(at.w, bits.w); }
}
