// NAME of 4-byte elements, and OUTPUT in its place: one binding, since no dispatch may read a buffer and write it through
// another. 16 bytes at a time.
@group(0) @binding(0) var<storage, read_write> NAME: array<vec4u>;

fn quad_NAME(at: u32) -> vec4u {
  return NAME[(params.NAME_origin + at) / 4u];
}

fn one_NAME(i: u32) -> u32 {
  let at = params.NAME_origin + i;
  return NAME[at / 4u][at % 4u];
}

fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  NAME[(params.NAME_origin + at) / 4u] = bits;
}
