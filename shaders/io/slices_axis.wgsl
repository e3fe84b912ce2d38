// Rows along the last axis that are few and long: each is cut into `slices` of slice_cols elements, the last one shorter,
// a team a slice, so that many workgroups share it.
// needs: a fold, io/row
// provides: an axis (row_of)
fn row_of(lane: Lane) -> Row {
  let slice = slice_index(lane);
  let row = slice / params.slices;
  let start = min(row, params.rows) * params.cols;
  let first = min((slice - row * params.slices) * params.slice_cols, params.cols);
  let end = min(first + params.slice_cols, params.cols);
  return Row(row, seat_in_team(lane), start, start + first, start + select(first, end, row < params.rows));
}

// Which slice of all rows'.
fn slice_index(lane: Lane) -> u32 {
  return (lane.group.x + lane.group.y * lane.groups.x) * (WORKGROUP_SIZE / LANES_PER_ROW) + team_in_group(lane);
}
