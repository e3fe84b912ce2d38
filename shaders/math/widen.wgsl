// f16 elements (IEEE 754 binary16), two per word, as f32 bits, exactly. Integer arithmetic serves adapters that have no
// type for them, and keeps subnormals, infinities and NaNs.
// provides: halves as words (widened, widened1)
fn widened1(half: u32) -> u32 {
  return widened(vec2u(half, 0u)).x;
}

fn widened(words: vec2u) -> vec4u {
  let h = vec4u(words.x & 0xffffu, words.x >> 16u, words.y & 0xffffu, words.y >> 16u);
  let size = h & vec4u(0x7fffu);
  let normal = (size << vec4u(13u)) + vec4u(0x38000000u); // the exponent biases differ by 112,
  let special = normal + vec4u(0x38000000u); // the largest exponents by twice that
  let subnormal = bitcast<vec4u>(vec4f(size) * 0x1p-24f);
  let wide = select(select(normal, special, size >= vec4u(0x7c00u)), subnormal, size < vec4u(0x0400u));
  return wide | ((h & vec4u(0x8000u)) << vec4u(16u));
}
