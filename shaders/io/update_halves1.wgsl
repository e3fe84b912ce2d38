// NAME of halves, as f32, and OUTPUT in its place, one by one; words are shared as in write_halves1.wgsl.
@group(0) @binding(0) var<storage, read_write> NAME: array<atomic<u32>>;

fn half_NAME(at: u32) -> u32 {
  return (atomicLoad(&NAME[at / 2u]) >> (16u * (at % 2u))) & 0xffffu;
}

fn quad_NAME(at: u32) -> vec4u {
  let i = params.NAME_origin + at;
  return widened(vec2u(half_NAME(i) | (half_NAME(i + 1u) << 16u), half_NAME(i + 2u) | (half_NAME(i + 3u) << 16u)));
}

fn one_NAME(i: u32) -> u32 {
  return widened1(half_NAME(params.NAME_origin + i));
}

fn put4_OUTPUT(at: u32, bits: vec4u, live: vec4<bool>) {
  let h = narrowed4(bits);
  let i = params.NAME_origin + at;
  if (live.x) { put_half_OUTPUT(i, h.x); }
  if (live.y) { put_half_OUTPUT(i + 1u, h.y); }
  if (live.z) { put_half_OUTPUT(i + 2u, h.z); }
  if (live.w) { put_half_OUTPUT(i + 3u, h.w); }
}

fn put1_OUTPUT(i: u32, bits: u32) {
  put_half_OUTPUT(params.NAME_origin + i, narrowed4(vec4u(bits)).x);
}

fn put_half_OUTPUT(at: u32, half: u32) {
  let shift = 16u * (at % 2u);
  atomicAnd(&NAME[at / 2u], 0xffff0000u >> shift);
  atomicOr(&NAME[at / 2u], half << shift);
}
