// Order keys of unsigned integers, which are the integers themselves.
// provides: keys (keys_of, values_of)
fn keys_of(bits: vec4u) -> vec4u {
  return bits;
}

fn values_of(keys: vec4u) -> vec4u {
  return keys;
}
