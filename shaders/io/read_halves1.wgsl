// NAME of f16 elements, read one by one as f32: a view or a borrowed buffer whose start or end is not aligned to 16
// bytes.
// needs: a buffer NAME, halves as words
// provides: reads of NAME (quad_NAME, vector_NAME, one_NAME)
fn half_NAME(at: u32) -> u32 {
  return (NAME[at / 2u] >> (16u * (at % 2u))) & 0xffffu;
}

fn quad_NAME(at: u32) -> vec4u {
  let i = params.NAME_origin + at;
  return widened(vec2u(half_NAME(i) | (half_NAME(i + 1u) << 16u), half_NAME(i + 2u) | (half_NAME(i + 3u) << 16u)));
}

fn vector_NAME(v: u32) -> vec4u {
  return quad_NAME(4u * v);
}

fn one_NAME(i: u32) -> u32 {
  return widened1(half_NAME(params.NAME_origin + i));
}
