// Writes four neighbours of NAME from element `at`, a multiple of four, all of them live.
@group(0) @binding(0) var<storage, read_write> NAME: array<vec4f>;

fn put_NAME(at: u32, value: vec4f, live: vec4<bool>) {
  NAME[(params.NAME_origin + at) / 4u] = value;
}
