// NAME is one element, the same everywhere.
// needs: reads of NAME
// provides: an operand NAME (fetch_NAME)
fn fetch_NAME(v: u32) -> vec4u {
  return vec4u(one_NAME(0u));
}
