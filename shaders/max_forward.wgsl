// y_r = max_c x_rc; NaN where there is one. Values are compared as keys, integers in the order of the values: the bits
// of a float with the sign flipped, or with all bits flipped if it is negative, and NaN above everything. With several
// slices each slice of a row gets a y, and another launch folds those.
// needs: a fold, an axis, keys, single writes of y, fold/nested, io/row, io/slices_axis
@compute @workgroup_size(WORKGROUP_SIZE)
fn max_forward(lane: Lane) {
  let row = row_of(lane);
  let top = team_fold(fold_row(row), lane);
  if (row.seat == 0u && row.index < params.rows) {
    put1_y(slice_index(lane), values_of(vec4u(top)).x);
  }
}
