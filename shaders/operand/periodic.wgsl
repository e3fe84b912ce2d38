// NAME has the result's last axes, of a multiple of four elements, and repeats along the others, like a bias in each
// row.
// needs: reads of NAME
// provides: an operand NAME (fetch_NAME)
struct Params {
  NAME_period: u32,
}

fn fetch_NAME(v: u32) -> vec4u {
  return vector_NAME(v % (params.NAME_period / 4u));
}
