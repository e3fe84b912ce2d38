// Halves (IEEE 754 binary16), two in a word, as bits of f32: exact. By integers, where the adapter has no type for them:
// subnormals are kept, infinities and NaNs too.
// provides: halves as words (widened, widened1)
fn widened1(half: u32) -> u32 {
  return widened(vec2u(half, 0u)).x;
}

fn widened(words: vec2u) -> vec4u {
  let h = vec4u(words.x & 0xffffu, words.x >> 16u, words.y & 0xffffu, words.y >> 16u);
  let size = h & vec4u(0x7fffu);
  let normal = (size << vec4u(13u)) + vec4u(0x38000000u); // the exponents' biases are 112 apart,
  let special = normal + vec4u(0x38000000u); // the largest exponents twice that
  let subnormal = bitcast<vec4u>(vec4f(size) * 0x1p-24f);
  let wide = select(select(normal, special, size >= vec4u(0x7c00u)), subnormal, size < vec4u(0x0400u));
  return wide | ((h & vec4u(0x8000u)) << vec4u(16u));
}
