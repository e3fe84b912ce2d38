// NAME of halves, as f32, and OUTPUT in its place, four at a time.
@group(0) @binding(0) var<storage, read_write> NAME: array<vec2u>;

fn quad_NAME(at: u32) -> vec4u {
  return widened(NAME[(params.NAME_origin + at) / 4u]);
}

fn one_NAME(i: u32) -> u32 {
  let at = params.NAME_origin + i;
  return widened1((NAME[at / 4u][at / 2u % 2u] >> (16u * (at % 2u))) & 0xffffu);
}

fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  NAME[(params.NAME_origin + at) / 4u] = narrowed(bits);
}
