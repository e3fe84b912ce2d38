// Stores elements of c, [images, m, result_height, result_width], for four pixels of a phase.
// needs: single writes of c, conv2d/params, conv2d/phase, matmul/tile
// provides: a place for rows (put_row)
fn put_row(matrix: u32, row: u32, col: u32, elements: vec4f) {
  if (row >= params.m || col >= params.n) {
    return;
  }
  let slice = matrix / params.batches;
  let phase = phase_of(matrix - slice * params.batches);
  let map = (slice * (params.batches / PHASES) + phase.image) * params.m + row;
  let y = (col + IOTA) / params.grid_width;
  let down = phase.pixel.x + STRIDE_Y * y;
  let right = phase.pixel.y + STRIDE_X * (col + IOTA - y * params.grid_width);
  let inside = (down < vec4u(params.result_height)) & (right < vec4u(params.result_width));
  let at = (map * params.result_height + down) * params.result_width + right;
  let bits = bitcast<vec4u>(elements);
  if (inside.x) { put1_c(at.x, bits.x); }
  if (inside.y) { put1_c(at.y, bits.y); }
  if (inside.z) { put1_c(at.z, bits.z); }
  if (inside.w) { put1_c(at.w, bits.w); }
}
