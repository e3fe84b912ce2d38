// 4-byte elements, written 16 bytes at a time: all four are this lane's, or there to be overwritten. NAME is the binding,
// OUTPUT what the kernel calls it: in place they differ.
// needs: a buffer NAME
// provides: writes of OUTPUT (put4_OUTPUT)
fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  NAME[(params.NAME_origin + at) / 4u] = bits;
}
