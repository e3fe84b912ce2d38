// Order keys of signed integers.
// provides: keys (keys_of, values_of)
fn keys_of(bits: vec4u) -> vec4u {
  return bits ^ vec4u(0x80000000u);
}

fn values_of(keys: vec4u) -> vec4u {
  return keys ^ vec4u(0x80000000u);
}
