// NAME as bits of any dtype, read by element: a view or a borrowed buffer that is not aligned to 16 bytes.
@group(0) @binding(0) var<storage, read> NAME: array<u32>;

fn load4_NAME(v: u32) -> vec4u {
  let at = params.NAME_origin + 4u * v;
  return vec4u(NAME[at], NAME[at + 1u], NAME[at + 2u], NAME[at + 3u]);
}
