// NAME of f16 elements, read 8 bytes at a time as f32: its start is aligned to 16 bytes, and `at` to four elements. For
// bindings that another part writes, and for lanes that have four neighbors, not eight.
// needs: a buffer NAME, halves as words
// provides: reads of NAME (quad_NAME, vector_NAME, one_NAME)
fn vector_NAME(v: u32) -> vec4u {
  return widened(NAME[params.NAME_origin / 4u + v]);
}

fn quad_NAME(at: u32) -> vec4u {
  return vector_NAME(at / 4u);
}

fn one_NAME(i: u32) -> u32 {
  let at = params.NAME_origin + i;
  return widened1((NAME[at / 4u][at / 2u % 2u] >> (16u * (at % 2u))) & 0xffffu);
}
