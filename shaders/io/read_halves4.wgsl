// NAME of f16 elements, read 16 bytes at a time as f32: its start is aligned to 16 bytes, and `at` to four elements.
// The second of two quads in the same 16 bytes costs no second load.
// needs: a buffer NAME, halves as words
// provides: reads of NAME (quad_NAME, vector_NAME, one_NAME)
fn vector_NAME(v: u32) -> vec4u {
  // The compiler knows which half is meant where it knows `v` modulo two. It knows nothing of the origin.
  let words = NAME[params.NAME_origin / 8u + v / 2u];
  return widened(select(words.xy, words.zw, v % 2u != 0u));
}

fn quad_NAME(at: u32) -> vec4u {
  return vector_NAME(at / 4u);
}

fn one_NAME(i: u32) -> u32 {
  let at = params.NAME_origin + i;
  return widened1((NAME[at / 8u][at / 2u % 4u] >> (16u * (at % 2u))) & 0xffffu);
}
