// The larger operand in the order of keys: NaN above everything, -0 below 0.
// needs: keys
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return values_of(max(keys_of(a), keys_of(b)));
}
