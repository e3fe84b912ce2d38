// NAME of 4-byte elements, which another part binds to be written, read 16 bytes at a time: no dispatch may read a buffer
// and write it through another binding.
// needs: a buffer NAME
// provides: reads of NAME (quad_NAME, one_NAME)
fn quad_NAME(at: u32) -> vec4u {
  return NAME[(params.NAME_origin + at) / 4u];
}

fn one_NAME(i: u32) -> u32 {
  let at = params.NAME_origin + i;
  return NAME[at / 4u][at % 4u];
}
