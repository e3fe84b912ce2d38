// What all matrix products share. A kernel reaches a factor through its part: `rows_a(batch, first)` locates four rows
// of a, and `four_a(rows, k)` returns their elements, with those at k + i in column i. For b these are columns. ALONG_a
// says whether the next element in memory is that of the next k. Another part stores: `put_row(matrix, row, col,
// elements)`, matrix = slice·batches + batch.
// needs: a place for rows
struct Params {
  m: u32,
  n: u32,
  k: u32,
  batches: u32,
  slices: u32,
  slice_k: u32, // a multiple of four
}

const IOTA = vec4u(0u, 1u, 2u, 3u);
// The number of products per partial sum. Partial sums are then added, so no sum has more than 256 additions up to k =
// 32,768.
const BLOCK_K = 128u;

// Clears the elements past the last k. They may be NaN, so both factors are masked.
fn masked(four: mat4x4f, live: vec4<bool>) -> mat4x4f {
  let zero = vec4f(0.0);
  return mat4x4f(select(zero, four[0], live.x), select(zero, four[1], live.y), select(zero, four[2], live.z), select(zero, four[3], live.w));
}

// Column i of `tile` belongs to row i of c. Each has a constant index: a matrix with a variable index may leave the
// registers.
fn put_tile(matrix: u32, row: u32, col: u32, tile: mat4x4f) {
  put_row(matrix, row, col, tile[0]);
  put_row(matrix, row + 1u, col, tile[1]);
  put_row(matrix, row + 2u, col, tile[2]);
  put_row(matrix, row + 3u, col, tile[3]);
}
