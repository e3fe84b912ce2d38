// The rows of a product are the weights through which four inputs are seen, NAME [planes, LENGTH, taps]. k runs through
// the planes, and in each through the taps of a phase.
// needs: reads of NAME, conv2d/params, conv2d/phase, matmul/tile
// provides: a factor NAME (Rows_NAME, rows_NAME, four_NAME)
struct Rows_NAME {
  row: vec4u,
  tap: vec2u,
}

fn rows_NAME(batch: u32, first: u32) -> Rows_NAME {
  return Rows_NAME(min(first + IOTA, vec4u(params.LENGTH - 1u)), phase_of(batch).tap);
}

fn four_NAME(rows: Rows_NAME, k: u32) -> mat4x4f {
  return mat4x4f(weights_NAME(rows, k), weights_NAME(rows, k + 1u), weights_NAME(rows, k + 2u), weights_NAME(rows, k + 3u));
}

fn weights_NAME(rows: Rows_NAME, k: u32) -> vec4f {
  let plane = k / REACH;
  let step = k - plane * REACH;
  let down = step / REACH_X;
  let y = rows.tap.x + STRIDE_Y * down;
  let x = rows.tap.y + STRIDE_X * (step - down * REACH_X);
  if (y >= TAPS_Y || x >= TAPS_X) {
    return vec4f(0.0);
  }
  let at = (plane * params.LENGTH + rows.row) * TAPS + (y * TAPS_X + x);
  return bitcast<vec4f>(vec4u(one_NAME(at.x), one_NAME(at.y), one_NAME(at.z), one_NAME(at.w)));
}
