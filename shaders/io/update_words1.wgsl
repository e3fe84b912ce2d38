// NAME of 4-byte elements, and OUTPUT in its place, one by one.
@group(0) @binding(0) var<storage, read_write> NAME: array<u32>;

fn quad_NAME(at: u32) -> vec4u {
  let i = params.NAME_origin + at;
  return vec4u(NAME[i], NAME[i + 1u], NAME[i + 2u], NAME[i + 3u]);
}

fn one_NAME(i: u32) -> u32 {
  return NAME[params.NAME_origin + i];
}

fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  let i = params.NAME_origin + at;
  if (live.x) { NAME[i] = bits.x; }
  if (live.y) { NAME[i + 1u] = bits.y; }
  if (live.z) { NAME[i + 2u] = bits.z; }
  if (live.w) { NAME[i + 3u] = bits.w; }
}

fn put1_OUTPUT(i: u32, bits: u32) {
  NAME[params.NAME_origin + i] = bits;
}
