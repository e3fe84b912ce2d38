// NAME has the result's shape.
fn fetch_NAME(v: u32) -> vec4u {
  return quad_NAME(4u * v);
}
