// NAME of halves, as f32, and OUTPUT in its place, one by one, where the adapter has 16-bit memory (shader-f16).
@group(0) @binding(0) var<storage, read_write> NAME: array<f16>;

fn quad_NAME(at: u32) -> vec4u {
  let i = params.NAME_origin + at;
  return bitcast<vec4u>(vec4f(vec4h(NAME[i], NAME[i + 1u], NAME[i + 2u], NAME[i + 3u])));
}

fn one_NAME(i: u32) -> u32 {
  return bitcast<u32>(f32(NAME[params.NAME_origin + i]));
}

fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  let h = bitcast<vec4h>(narrowed(bits));
  let i = params.NAME_origin + at;
  if (live.x) { NAME[i] = h.x; }
  if (live.y) { NAME[i + 1u] = h.y; }
  if (live.z) { NAME[i + 2u] = h.z; }
  if (live.w) { NAME[i + 3u] = h.w; }
}

fn put1_OUTPUT(i: u32, bits: u32) {
  NAME[params.NAME_origin + i] = bitcast<vec2h>(narrowed4(vec4u(bits)).x).x;
}
