// Signed or unsigned: the bits are the same, modulo 2^32.
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return a * b;
}
