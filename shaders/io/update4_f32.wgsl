// NAME, and OUTPUT in its place: one binding, since no dispatch may read a buffer and write it through another.
@group(0) @binding(0) var<storage, read_write> NAME: array<vec4f>;

fn load4_NAME(v: u32) -> vec4f {
  return NAME[params.NAME_origin / 4u + v];
}

fn load1_NAME(i: u32) -> f32 {
  let at = params.NAME_origin + i;
  return NAME[at / 4u][at % 4u];
}

fn store4_OUTPUT(v: u32, value: vec4f, live: vec4<bool>) {
  NAME[params.NAME_origin / 4u + v] = value;
}
