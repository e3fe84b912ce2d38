// Writes those of four neighbours of NAME that are live, from any element `at`.
@group(0) @binding(0) var<storage, read_write> NAME: array<f32>;

fn put_NAME(at: u32, value: vec4f, live: vec4<bool>) {
  let i = params.NAME_origin + at;
  if (live.x) { NAME[i] = value.x; }
  if (live.y) { NAME[i + 1u] = value.y; }
  if (live.z) { NAME[i + 2u] = value.z; }
  if (live.w) { NAME[i + 3u] = value.w; }
}
