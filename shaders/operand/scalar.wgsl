// NAME is one element, the same everywhere.
fn fetch_NAME(v: u32) -> vec4u {
  return vec4u(one_NAME(0u));
}
