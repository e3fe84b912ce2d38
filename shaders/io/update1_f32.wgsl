// NAME, and OUTPUT in its place, by element where rows are not aligned to 16 bytes.
@group(0) @binding(0) var<storage, read_write> NAME: array<f32>;

fn load4_NAME(v: u32) -> vec4f {
  let at = params.NAME_origin + 4u * v;
  return vec4f(NAME[at], NAME[at + 1u], NAME[at + 2u], NAME[at + 3u]);
}

fn load1_NAME(i: u32) -> f32 {
  return NAME[params.NAME_origin + i];
}

fn store4_OUTPUT(v: u32, value: vec4f, live: vec4<bool>) {
  let at = params.NAME_origin + 4u * v;
  if (live.x) { NAME[at] = value.x; }
  if (live.y) { NAME[at + 1u] = value.y; }
  if (live.z) { NAME[at + 2u] = value.z; }
  if (live.w) { NAME[at + 3u] = value.w; }
}
