// NAME of 4-byte elements, read 16 bytes at a time: its start and `at` are aligned to 16 bytes.
// needs: a buffer NAME
// provides: reads of NAME (quad_NAME, vector_NAME, one_NAME)
fn vector_NAME(v: u32) -> vec4u {
  return NAME[params.NAME_origin / 4u + v];
}

fn quad_NAME(at: u32) -> vec4u {
  return vector_NAME(at / 4u);
}

fn one_NAME(i: u32) -> u32 {
  let at = params.NAME_origin + i;
  return NAME[at / 4u][at % 4u];
}
