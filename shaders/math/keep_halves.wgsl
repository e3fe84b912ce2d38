// f16 elements as they are, in the lower half of each element's bits. Kernels that only move elements use this part in
// place of widen and narrow. Nothing is converted, so signaling NaNs and subnormals survive on every adapter.
// provides: halves as words (widened, widened1), words as halves (narrowed, narrowed4)
fn widened1(half: u32) -> u32 {
  return half;
}

fn widened(words: vec2u) -> vec4u {
  return vec4u(words.x & 0xffffu, words.x >> 16u, words.y & 0xffffu, words.y >> 16u);
}

fn narrowed4(bits: vec4u) -> vec4u {
  return bits;
}

fn narrowed(bits: vec4u) -> vec2u {
  return vec2u(bits.x | (bits.y << 16u), bits.z | (bits.w << 16u));
}
