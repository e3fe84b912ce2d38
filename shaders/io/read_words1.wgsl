// NAME of 4-byte elements, read one by one: a view or a borrowed buffer whose start or end is not aligned to 16 bytes,
// also where it is replaced in place.
// needs: a buffer NAME
// provides: reads of NAME (quad_NAME, vector_NAME, one_NAME)
fn quad_NAME(at: u32) -> vec4u {
  let i = params.NAME_origin + at;
  return vec4u(NAME[i], NAME[i + 1u], NAME[i + 2u], NAME[i + 3u]);
}

fn vector_NAME(v: u32) -> vec4u {
  return quad_NAME(4u * v);
}

fn one_NAME(i: u32) -> u32 {
  return NAME[params.NAME_origin + i];
}
