// Columns of a product that are what pixels reached of NAME, the gradient of a convolution's result: k goes through its
// planes, and through the taps by which a pixel was seen in each.
struct Rows_NAME {
  y: vec4i, // of four pixels, counted from the padding's edge
  x: vec4i,
  image: u32,
}

fn rows_NAME(image: u32, first: u32) -> Rows_NAME {
  let y = (first + IOTA) / params.grid_width;
  let x = first + IOTA - y * params.grid_width;
  return Rows_NAME(vec4i(y) + params.pad_y, vec4i(x) + params.pad_x, image * params.planes);
}

fn four_NAME(rows: Rows_NAME, k: u32) -> mat4x4f {
  return mat4x4f(reached_NAME(rows, k), reached_NAME(rows, k + 1u), reached_NAME(rows, k + 2u), reached_NAME(rows, k + 3u));
}

fn reached_NAME(rows: Rows_NAME, k: u32) -> vec4f {
  let plane = k / TAPS;
  let tap = k - plane * TAPS;
  let down = tap / TAPS_X;
  let y = window_of(rows.y - i32(down), STRIDE_Y);
  let x = window_of(rows.x - i32(tap - down * TAPS_X), STRIDE_X);
  return entries_NAME(vec4u(rows.image + plane), y, x);
}

// The windows that begin at four places; -1 where none does.
fn window_of(start: vec4i, stride: u32) -> vec4i {
  let window = start / i32(stride);
  return select(vec4i(-1), window, (start >= vec4i(0)) & (window * i32(stride) == start));
}
