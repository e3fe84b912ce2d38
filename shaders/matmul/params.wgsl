struct Params {
  m: u32,
  n: u32,
  k: u32,
  batches: u32,
  slices: u32,
  slice_k: u32, // a multiple of four
  a_origin: u32,
  b_origin: u32,
  c_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
