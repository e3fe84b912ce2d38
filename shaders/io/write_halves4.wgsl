// f16 elements, given as f32 and written four at a time: all four belong to this lane, or may be overwritten. NAME is
// the binding, OUTPUT the kernel's name for it.
// needs: a buffer NAME, words as halves
// provides: writes of OUTPUT (put4_OUTPUT)
fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  NAME[params.NAME_origin / 4u + at / 4u] = narrowed(bits);
}
