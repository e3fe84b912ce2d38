// NAME is one element, the same everywhere.
@group(0) @binding(0) var<storage, read> NAME: array<u32>;

fn fetch_NAME(v: u32) -> vec4u {
  return vec4u(NAME[params.NAME_origin]);
}
