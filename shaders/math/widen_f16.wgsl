// f16 elements, two per word, as f32 bits, exactly, by the adapter's own conversion (shader-f16).
// provides: halves as words (widened, widened1)
fn widened1(half: u32) -> u32 {
  return bitcast<u32>(f32(bitcast<vec2h>(half).x));
}

fn widened(words: vec2u) -> vec4u {
  return bitcast<vec4u>(vec4f(bitcast<vec4h>(words)));
}
