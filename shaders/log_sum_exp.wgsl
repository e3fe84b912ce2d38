// Log-sum-exp of each row: y = m + log Σ exp(x_j - m). Over nothing but -inf it is -inf; NaN or +inf make it NaN.
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

const KEEPS_EXPONENTIALS = false;

@compute @workgroup_size(WIDTH)
fn log_sum_exp(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  if (speaks_for(row)) {
    let broken = (all.flags & (SAW_NAN | SAW_INFINITY)) != 0u;
    let value = select(all.m + log_of(max(all.d, 1.0)), negative_infinity(), all.d == 0.0);
    put1_y(row.index, select(bitcast<u32>(value), params.nan_bits, broken));
  }
}
