// NAME of f16 elements, read four at a time as f32 from a binding that another part writes.
// needs: a buffer NAME, halves as words
// provides: reads of NAME (quad_NAME, one_NAME)
fn quad_NAME(at: u32) -> vec4u {
  return widened(NAME[(params.NAME_origin + at) / 4u]);
}

fn one_NAME(i: u32) -> u32 {
  let at = params.NAME_origin + i;
  return widened1((NAME[at / 4u][at / 2u % 2u] >> (16u * (at % 2u))) & 0xffffu);
}
