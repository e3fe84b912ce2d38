// f16 elements, given as f32 and written one by one. The other half of a word may belong to another lane, so a lane
// changes only its own half, atomically: the result is the same in any order. NAME is the binding, OUTPUT the kernel's
// name for it.
// needs: a buffer NAME, words as halves
// provides: writes of OUTPUT (put4_OUTPUT, put_vector_OUTPUT), single writes of OUTPUT (put1_OUTPUT)
fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  let h = narrowed4(bits);
  let i = params.NAME_origin + at;
  if (live.x) { put_half_OUTPUT(i, h.x); }
  if (live.y) { put_half_OUTPUT(i + 1u, h.y); }
  if (live.z) { put_half_OUTPUT(i + 2u, h.z); }
  if (live.w) { put_half_OUTPUT(i + 3u, h.w); }
}

fn put_vector_OUTPUT(v: u32, bits: vec4u) {
  put4_OUTPUT(4u * v, bits, vec4<bool>(true));
}

fn put1_OUTPUT(i: u32, bits: u32) {
  put_half_OUTPUT(params.NAME_origin + i, narrowed4(vec4u(bits)).x);
}

fn put_half_OUTPUT(at: u32, half: u32) {
  let shift = 16u * (at % 2u);
  atomicAnd(&NAME[at / 2u], 0xffff0000u >> shift);
  atomicOr(&NAME[at / 2u], half << shift);
}
