// NAME has the result's shape, and is aligned to 16 bytes.
@group(0) @binding(0) var<storage, read> NAME: array<vec4u>;

fn fetch_NAME(v: u32) -> vec4u {
  return NAME[params.NAME_origin / 4u + v];
}
