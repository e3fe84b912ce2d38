// needs: elementwise/plus
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return plus(a, b ^ vec4u(0x80000000u));
}
