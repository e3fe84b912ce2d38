// 4-byte elements, written 16 bytes at a time: all four belong to this lane, or may be overwritten. NAME is the
// binding, OUTPUT the kernel's name for it; in place the two differ.
// needs: a buffer NAME
// provides: writes of OUTPUT (put4_OUTPUT, put_vector_OUTPUT)
fn put_vector_OUTPUT(v: u32, bits: vec4u) {
  NAME[params.NAME_origin / 4u + v] = bits;
}

fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  put_vector_OUTPUT(at / 4u, bits);
}
