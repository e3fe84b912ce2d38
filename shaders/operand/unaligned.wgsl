// NAME has the result's shape, and starts anywhere; past its end it is anything.
@group(0) @binding(0) var<storage, read> NAME: array<u32>;

fn fetch_NAME(v: u32) -> vec4u {
  let at = params.NAME_origin + 4u * v;
  return vec4u(NAME[at], NAME[at + 1u], NAME[at + 2u], NAME[at + 3u]);
}
