// f16 elements, given as f32 and written one by one on adapters with 16-bit storage (shader-f16): no lane touches
// another's element. This part serves only adapters on which a probe found the conversion to round to the nearest
// value, ties to even. NAME is the binding, OUTPUT the kernel's name for it.
// needs: a buffer NAME
// provides: writes of OUTPUT (put4_OUTPUT, put_vector_OUTPUT), single writes of OUTPUT (put1_OUTPUT)
fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  let h = vec4h(bitcast<vec4f>(bits));
  let i = params.NAME_origin + at;
  if (live.x) { NAME[i] = h.x; }
  if (live.y) { NAME[i + 1u] = h.y; }
  if (live.z) { NAME[i + 2u] = h.z; }
  if (live.w) { NAME[i + 3u] = h.w; }
}

fn put_vector_OUTPUT(v: u32, bits: vec4u) {
  put4_OUTPUT(4u * v, bits, vec4<bool>(true));
}

fn put1_OUTPUT(i: u32, bits: u32) {
  NAME[params.NAME_origin + i] = f16(bitcast<f32>(bits));
}
