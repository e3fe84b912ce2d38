// f16 from f32 bits by the conversion between the adapter's types. WGSL lets it round either way, and naga has no such
// bitcast, so this part serves only adapters on which a probe compiled it and found it to round to the nearest value,
// ties to even.
// provides: words as halves (narrowed, narrowed4)
fn narrowed(bits: vec4u) -> vec2u {
  return bitcast<vec2u>(vec4h(bitcast<vec4f>(bits)));
}

fn narrowed4(bits: vec4u) -> vec4u {
  let words = narrowed(bits);
  return vec4u(words.x & 0xffffu, words.x >> 16u, words.y & 0xffffu, words.y >> 16u);
}
