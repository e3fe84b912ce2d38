// f16 elements, two per word, as f32 bits, by the built-in. WGSL lets it flush subnormals, so this part serves only
// adapters on which a probe found every conversion exact.
// provides: halves as words (widened, widened1)
fn widened1(half: u32) -> u32 {
  return bitcast<u32>(unpack2x16float(half).x);
}

fn widened(words: vec2u) -> vec4u {
  return bitcast<vec4u>(vec4f(unpack2x16float(words.x), unpack2x16float(words.y)));
}
