// A convolution as a matrix product: m × n elements, each a sum of k products, for each of `batches`. A map is the
// [planes, height, width] of one image. `grid_width` is the width of the grid of pixels that windows are placed around.
struct Params {
  planes: u32,
  height: u32,
  width: u32,
  grid_width: u32,
  pixels: u32, // in the grid of an image
  pad_y: u32,
  pad_x: u32,
  result_height: u32, // of c where c is a map
  result_width: u32,
}

const TAPS = TAPS_Y * TAPS_X;
