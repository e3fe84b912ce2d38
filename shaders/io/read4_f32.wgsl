// NAME, read 16 bytes at a time. Its rows may be ragged; its start is aligned to 16 bytes.
@group(0) @binding(0) var<storage, read> NAME: array<vec4f>;

fn load4_NAME(v: u32) -> vec4f {
  return NAME[params.NAME_origin / 4u + v];
}

fn load1_NAME(i: u32) -> f32 {
  let at = params.NAME_origin + i;
  return NAME[at / 4u][at % 4u];
}
