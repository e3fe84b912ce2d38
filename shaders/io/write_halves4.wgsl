// f16 elements, given as f32 and written four at a time: all four belong to this lane, or may be overwritten. NAME is
// the binding, OUTPUT the kernel's name for it.
// needs: a buffer NAME, words as halves
// provides: writes of OUTPUT (put4_OUTPUT, put_vector_OUTPUT)
fn put_vector_OUTPUT(v: u32, bits: vec4u) {
  NAME[params.NAME_origin / 4u + v] = narrowed(bits);
}

fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  put_vector_OUTPUT(at / 4u, bits);
}
