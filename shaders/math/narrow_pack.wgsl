// f16 from f32 bits by the built-in. WGSL lets it round either way, so this part serves only adapters on which a probe
// found it to round to the nearest value, ties to even.
// provides: words as halves (narrowed, narrowed4)
fn narrowed(bits: vec4u) -> vec2u {
  let value = bitcast<vec4f>(bits);
  return vec2u(pack2x16float(value.xy), pack2x16float(value.zw));
}

fn narrowed4(bits: vec4u) -> vec4u {
  let words = narrowed(bits);
  return vec4u(words.x & 0xffffu, words.x >> 16u, words.y & 0xffffu, words.y >> 16u);
}
