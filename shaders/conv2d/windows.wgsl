// The columns of a product are the windows of NAME around pixels. k runs through the planes, and in each through the
// taps.
// needs: conv2d/elements, conv2d/params, matmul/tile
// provides: a factor NAME (Rows_NAME, rows_NAME, four_NAME)
struct Rows_NAME {
  top: vec4i, // tops of four windows, which may begin outside
  left: vec4i,
  image: u32,
}

fn rows_NAME(image: u32, first: u32) -> Rows_NAME {
  let y = (first + IOTA) / params.grid_width;
  let x = first + IOTA - y * params.grid_width;
  return Rows_NAME(vec4i(STRIDE_Y * y) - i32(params.pad_y), vec4i(STRIDE_X * x) - i32(params.pad_x), image * params.planes);
}

fn four_NAME(rows: Rows_NAME, k: u32) -> mat4x4f {
  return mat4x4f(seen_NAME(rows, k), seen_NAME(rows, k + 1u), seen_NAME(rows, k + 2u), seen_NAME(rows, k + 3u));
}

fn seen_NAME(rows: Rows_NAME, k: u32) -> vec4f {
  let plane = k / TAPS;
  let tap = k - plane * TAPS;
  let down = tap / TAPS_X;
  return elements_NAME(vec4u(rows.image + plane), rows.top + i32(down), rows.left + i32(tap - down * TAPS_X));
}
