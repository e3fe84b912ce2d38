// Signed or unsigned: the same bits, modulo 2^32.
// provides: a function (apply)
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return a * b;
}
