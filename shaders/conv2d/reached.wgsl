// The columns of a product are what the pixels of a phase reach in NAME, the gradient of a convolution's result. k runs
// through its planes, and in each through the taps that see a pixel.
// needs: conv2d/elements, conv2d/params, conv2d/phase, matmul/tile
// provides: a factor NAME (Rows_NAME, rows_NAME, four_NAME)

// Whether some phases have fewer taps than others. The missing taps reach 0, and their weights are 0 too; the elements
// of NAME there may be infinite.
const FEWER_TAPS = TAPS_Y % STRIDE_Y != 0u || TAPS_X % STRIDE_X != 0u;

struct Rows_NAME {
  top: vec4i, // last windows that see four pixels
  left: vec4i,
  image: u32,
  taps: vec2u, // taps of the phase along y and x
}

fn rows_NAME(batch: u32, first: u32) -> Rows_NAME {
  let phase = phase_of(batch);
  let y = (first + IOTA) / params.grid_width;
  let x = first + IOTA - y * params.grid_width;
  return Rows_NAME(phase.window.x + vec4i(y), phase.window.y + vec4i(x), phase.image * params.planes, taps_of(phase));
}

fn four_NAME(rows: Rows_NAME, k: u32) -> mat4x4f {
  return mat4x4f(reached_NAME(rows, k), reached_NAME(rows, k + 1u), reached_NAME(rows, k + 2u), reached_NAME(rows, k + 3u));
}

fn reached_NAME(rows: Rows_NAME, k: u32) -> vec4f {
  let plane = k / REACH;
  let step = k - plane * REACH;
  let up = step / REACH_X;
  if (FEWER_TAPS) {
    if (up >= rows.taps.x || step - up * REACH_X >= rows.taps.y) {
      return vec4f(0.0);
    }
  }
  return elements_NAME(vec4u(rows.image + plane), rows.top - i32(up), rows.left - i32(step - up * REACH_X));
}
