// NAME, read by element: a view or a borrowed buffer whose start or end is not aligned to 16 bytes.
@group(0) @binding(0) var<storage, read> NAME: array<f32>;

fn load4_NAME(v: u32) -> vec4f {
  let at = params.NAME_origin + 4u * v;
  return vec4f(NAME[at], NAME[at + 1u], NAME[at + 2u], NAME[at + 3u]);
}

fn load1_NAME(i: u32) -> f32 {
  return NAME[params.NAME_origin + i];
}
