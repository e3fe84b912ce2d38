// A factor NAME of LENGTH rows (or columns) that is a matrix in memory: one per batch, or one for all with SHARED_NAME.
// needs: reads of NAME, matmul/tile
// provides: a factor NAME (Rows_NAME, rows_NAME, four_NAME)
struct Rows_NAME {
  at: vec4u, // places of four quads: of four rows at k = 0 if k runs along them, else of the first four k
  step: u32, // distance from one k to the next
}

fn rows_NAME(batch: u32, start: u32) -> Rows_NAME {
  let rows = params.LENGTH;
  let base = select(batch * rows * params.k, 0u, SHARED_NAME);
  if (ALONG_NAME) {
    return Rows_NAME(base + min(start + IOTA, vec4u(rows - 1u)) * params.k, 1u);
  }
  let first = min(start, (rows - 1u) / 4u * 4u);
  return Rows_NAME(base + first + IOTA * rows, rows);
}

fn four_NAME(rows: Rows_NAME, k: u32) -> mat4x4f {
  let at = rows.at + k * rows.step;
  let four = mat4x4f(floats_NAME(at.x), floats_NAME(at.y), floats_NAME(at.z), floats_NAME(at.w));
  if (ALONG_NAME) {
    return transpose(four);
  }
  return four;
}

fn floats_NAME(at: u32) -> vec4f {
  return bitcast<vec4f>(quad_NAME(at));
}
