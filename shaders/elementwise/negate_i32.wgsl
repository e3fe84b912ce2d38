// provides: a function (apply)
fn apply(x: vec4u) -> vec4u {
  return vec4u(0u) - x;
}
