// y_r = max_c x_rc; NaN where there is one. Values are compared as keys, integers in the values' order: a float's bits with
// the sign flipped, all bits of a negative one, NaN above everything. Of slices of a row each gets a y, folded in turn.
// needs: a fold, an axis, keys, single writes of y, fold/nested, io/row, io/slices_axis
@compute @workgroup_size(WORKGROUP_SIZE)
fn max_forward(lane: Lane) {
  let row = row_of(lane);
  let top = team_fold(fold_row(row), lane);
  if (row.seat == 0u && row.index < params.rows) {
    put1_y(slice_index(lane), values_of(vec4u(top)).x);
  }
}
