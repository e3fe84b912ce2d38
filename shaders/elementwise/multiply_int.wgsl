// Signed or unsigned: the same bits, modulo 2^32.
fn apply(a: vec4u, b: vec4u) -> vec4u {
  return a * b;
}
