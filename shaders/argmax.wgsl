// Arg max of each row: the column of the first NaN, else of the first of the largest.
struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
  slices: u32,
  slice_cols: u32,
  x_origin: u32,
  y_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(WIDTH)
fn argmax(lane: Lane) {
  let row = row_of(lane);
  let best = total_of(row, lane);
  if (speaks_for(row)) {
    put1_y(row.index, best.index);
  }
}
