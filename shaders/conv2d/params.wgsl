// A convolution as a product: m × n entries of sums of k products for each of `batches`. A map is [planes, height, width] of
// an image; `grid_width` is that of the pixels which windows lie around.
struct Params {
  m: u32,
  n: u32,
  k: u32,
  batches: u32,
  slices: u32,
  slice_k: u32,
  planes: u32,
  height: u32,
  width: u32,
  grid_width: u32,
  pixels: u32, // of an image's grid
  pad_y: u32,
  pad_x: u32,
  result_height: u32, // of c, where it is a map
  result_width: u32,
  a_origin: u32,
  b_origin: u32,
  c_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

const TAPS = TAPS_Y * TAPS_X;
