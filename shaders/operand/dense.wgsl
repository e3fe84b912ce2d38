// NAME has the result's shape.
// needs: reads of NAME
// provides: an operand NAME (fetch_NAME)
fn fetch_NAME(v: u32) -> vec4u {
  return vector_NAME(v);
}
