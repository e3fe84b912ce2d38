// 4-byte elements, written 16 bytes at a time: all four belong to this lane, or may be overwritten. NAME is the
// binding, OUTPUT the kernel's name for it; in place the two differ.
// needs: a buffer NAME
// provides: writes of OUTPUT (put4_OUTPUT)
fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  NAME[params.NAME_origin / 4u + at / 4u] = bits;
}
