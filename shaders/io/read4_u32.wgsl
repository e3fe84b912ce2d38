// NAME as bits of any dtype, read 16 bytes at a time. Its rows may be ragged; its start is aligned to 16 bytes.
@group(0) @binding(0) var<storage, read> NAME: array<vec4u>;

fn load4_NAME(v: u32) -> vec4u {
  return NAME[params.NAME_origin / 4u + v];
}
