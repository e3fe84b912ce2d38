// 4-byte elements, written one by one where four neighbors may belong to two lanes: storing one component of a vector
// races with its neighbors on Metal and D3D. NAME is the binding, OUTPUT the kernel's name for it.
// needs: a buffer NAME
// provides: writes of OUTPUT (put4_OUTPUT, put_vector_OUTPUT), single writes of OUTPUT (put1_OUTPUT)
fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  let i = params.NAME_origin + at;
  if (live.x) { NAME[i] = bits.x; }
  if (live.y) { NAME[i + 1u] = bits.y; }
  if (live.z) { NAME[i + 2u] = bits.z; }
  if (live.w) { NAME[i + 3u] = bits.w; }
}

fn put_vector_OUTPUT(v: u32, bits: vec4u) {
  put4_OUTPUT(4u * v, bits, vec4<bool>(true));
}

fn put1_OUTPUT(i: u32, bits: u32) {
  NAME[params.NAME_origin + i] = bits;
}
