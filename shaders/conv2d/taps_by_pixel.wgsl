// The columns of a product are what the taps see in NAME. k runs through the images and their windows as in
// planes_by_pixel.
// needs: conv2d/elements, conv2d/params, conv2d/place, matmul/tile
// provides: a factor NAME (Rows_NAME, rows_NAME, four_NAME)
struct Rows_NAME {
  plane: vec4u, // planes of four taps
  down: vec4i, // distance from the top of a window
  right: vec4i,
}

fn rows_NAME(batch: u32, first: u32) -> Rows_NAME {
  let plane = (first + IOTA) / TAPS;
  let tap = first + IOTA - plane * TAPS;
  let down = tap / TAPS_X;
  return Rows_NAME(plane, vec4i(down), vec4i(tap - down * TAPS_X));
}

fn four_NAME(rows: Rows_NAME, k: u32) -> mat4x4f {
  let place = place_of(k);
  let pixel = place.pixel + IOTA;
  let y = quotient(pixel, params.grid_width);
  let x = pixel - y * params.grid_width;
  let top = vec4i(STRIDE_Y * y) - i32(params.pad_y);
  let left = vec4i(STRIDE_X * x) - i32(params.pad_x);
  let plane = place.image * params.planes + rows.plane;
  let four = mat4x4f(
    elements_NAME(plane, top.x + rows.down, left.x + rows.right),
    elements_NAME(plane, top.y + rows.down, left.y + rows.right),
    elements_NAME(plane, top.z + rows.down, left.z + rows.right),
    elements_NAME(plane, top.w + rows.down, left.w + rows.right),
  );
  if (WHOLE_QUADS) {
    return four;
  }
  return masked(four, pixel < vec4u(params.pixels));
}
