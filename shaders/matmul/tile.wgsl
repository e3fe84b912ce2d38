// What every way to multiply shares: where the quads of the factors stand, and how 4 × 4 entries of c are stored.
struct Params {
  m: u32,
  n: u32,
  k: u32,
  batches: u32,
  slices: u32,
  slice_k: u32, // a multiple of four
  a_origin: u32,
  b_origin: u32,
  c_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

const IOTA = vec4u(0u, 1u, 2u, 3u);
// Sums are of so many products, and then of those: none has more than 256 additions up to k = 32,768.
const BLOCK_K = 128u;

// Where the four quads of a factor start at k = 0: at four of its rows if k runs along them, else four k of four columns.
fn starts_of(base: u32, first: u32, rows: u32, cols: u32, along: bool) -> vec4u {
  return base + select(first + IOTA * cols, min(first + IOTA, vec4u(rows - 1u)) * cols, along);
}

fn floats_a(at: u32) -> vec4f {
  return bitcast<vec4f>(quad_a(at));
}

fn floats_b(at: u32) -> vec4f {
  return bitcast<vec4f>(quad_b(at));
}

// Column i of `tile` belongs to row i of c. Each is named by a constant: a matrix that is indexed by a variable may leave
// the registers.
fn put_tile(matrix: u32, row: u32, col: u32, tile: mat4x4f) {
  put_row(matrix, row, col, tile[0]);
  put_row(matrix, row + 1u, col, tile[1]);
  put_row(matrix, row + 2u, col, tile[2]);
  put_row(matrix, row + 3u, col, tile[3]);
}

fn put_row(matrix: u32, row: u32, col: u32, entries: vec4f) {
  if (row < params.m && col < params.n) {
    put4_c((matrix * params.m + row) * params.n + col, bitcast<vec4u>(entries), col + IOTA < vec4u(params.n));
  }
}
