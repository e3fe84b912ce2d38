// Order keys of floats. NaN of either sign has the largest key.
// needs: math/special
// provides: keys (keys_of, values_of)
fn keys_of(bits: vec4u) -> vec4u {
  let keys = select(bits ^ vec4u(0x80000000u), ~bits, bits >= vec4u(0x80000000u));
  return select(keys, vec4u(0xffffffffu), (bits & vec4u(MAGNITUDE)) > vec4u(INFINITE));
}

fn values_of(keys: vec4u) -> vec4u {
  let bits = select(~keys, keys ^ vec4u(0x80000000u), keys >= vec4u(0x80000000u));
  return select(bits, vec4u(params.nan_bits), keys == vec4u(0xffffffffu));
}
