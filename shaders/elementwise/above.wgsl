// 1 where a is above b in the order of keys, with NaN above everything, else 0. -0 is not below 0.
// needs: elementwise/classes, keys
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return select(vec4u(0u), vec4u(1u), (keys_of(a) > keys_of(b)) & !(are_zero(a) & are_zero(b)));
}
