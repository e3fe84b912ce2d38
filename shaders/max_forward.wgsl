// y_r = max_c x_rc; NaN where there is one. Values are compared as keys, integers in the values' order: a float's bits with
// the sign flipped, all bits of a negative one, NaN above everything. Of slices of a row each gets a y, folded in turn.
struct Params {
  rows: u32,
  cols: u32,
  slices: u32,
  slice_cols: u32,
  x_origin: u32,
  y_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(WIDTH)
fn max_forward(lane: Lane) {
  let row = row_of(lane);
  let top = team_fold(fold_row(row), lane);
  if (row.seat == 0u && row.index < params.rows) {
    put1_y(slice_index(lane), values_of(vec4u(top)).x);
  }
}
