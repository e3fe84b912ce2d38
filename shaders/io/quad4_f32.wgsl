// Four neighbours of NAME from element `at`, a multiple of four of a tensor that is aligned to 16 bytes.
@group(0) @binding(0) var<storage, read> NAME: array<vec4f>;

fn quad_NAME(at: u32) -> vec4f {
  return NAME[(params.NAME_origin + at) / 4u];
}
