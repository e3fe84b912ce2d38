// f16 elements, given as the bits of halves and written one by one on adapters with 16-bit storage (shader-f16): no
// lane touches another's element. naga has no such bitcast, so this part serves only adapters on which a probe compiled
// it. NAME is the binding, OUTPUT the kernel's name for it.
// needs: a buffer NAME, words as halves
// provides: writes of OUTPUT (put4_OUTPUT, put_vector_OUTPUT), single writes of OUTPUT (put1_OUTPUT)
fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  let h = bitcast<vec4h>(narrowed(bits));
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
  NAME[params.NAME_origin + i] = bitcast<vec2h>(narrowed4(vec4u(bits)).x).x;
}
