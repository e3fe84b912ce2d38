// Stores elements of c, an m × n matrix for each batch and slice.
// needs: writes of c, matmul/tile
// provides: a place for rows (put_row)
fn put_row(matrix: u32, row: u32, col: u32, elements: vec4f) {
  if (row < params.m && col < params.n) {
    put4_c((matrix * params.m + row) * params.n + col, bitcast<vec4u>(elements), col + IOTA < vec4u(params.n));
  }
}
