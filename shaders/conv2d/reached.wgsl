// Columns of a product that are what the pixels of a phase reached of NAME, the gradient of a convolution's result: k goes
// through its planes, and through the taps by which a pixel was seen in each.
struct Rows_NAME {
  top: vec4i, // the last windows that saw four pixels
  left: vec4i,
  image: u32,
}

fn rows_NAME(batch: u32, first: u32) -> Rows_NAME {
  let phase = phase_of(batch);
  let y = (first + IOTA) / params.grid_width;
  let x = first + IOTA - y * params.grid_width;
  return Rows_NAME(phase.window.x + vec4i(y), phase.window.y + vec4i(x), phase.image * params.planes);
}

fn four_NAME(rows: Rows_NAME, k: u32) -> mat4x4f {
  return mat4x4f(reached_NAME(rows, k), reached_NAME(rows, k + 1u), reached_NAME(rows, k + 2u), reached_NAME(rows, k + 3u));
}

fn reached_NAME(rows: Rows_NAME, k: u32) -> vec4f {
  let plane = k / REACH;
  let step = k - plane * REACH;
  let up = step / REACH_X;
  return entries_NAME(vec4u(rows.image + plane), rows.top - i32(up), rows.left - i32(step - up * REACH_X));
}
