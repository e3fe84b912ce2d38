// provides: a function (apply)
fn apply(x: vec4u) -> vec4u {
  return x ^ vec4u(0x80000000u);
}
