// A convolution as a product: m × n elements of sums of k products for each of `batches`. A map is [planes, height,
// width] of an image; `grid_width` is that of the pixels which windows lie around.
struct Params {
  planes: u32,
  height: u32,
  width: u32,
  grid_width: u32,
  pixels: u32, // of an image's grid
  pad_y: u32,
  pad_x: u32,
  result_height: u32, // of c, where it is a map
  result_width: u32,
}

const TAPS = TAPS_Y * TAPS_X;
