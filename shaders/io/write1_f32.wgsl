// NAME, written by element where rows are not aligned to 16 bytes: vectors at their ends are shared by two rows, and
// storing one component of a vector races with its neighbours on Metal and D3D.
@group(0) @binding(0) var<storage, read_write> NAME: array<f32>;

fn store4_NAME(v: u32, value: vec4f, live: vec4<bool>) {
  let at = params.NAME_origin + 4u * v;
  if (live.x) { NAME[at] = value.x; }
  if (live.y) { NAME[at + 1u] = value.y; }
  if (live.z) { NAME[at + 2u] = value.z; }
  if (live.w) { NAME[at + 3u] = value.w; }
}
