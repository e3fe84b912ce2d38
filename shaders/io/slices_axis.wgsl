// Few and long rows along the last axis. Each is cut into `slices` of slice_cols elements, the last of which may be
// shorter. One team per slice, so that many workgroups share a row.
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

// The index of the team's slice among the slices of all rows.
fn slice_index(lane: Lane) -> u32 {
  return (lane.group.x + lane.group.y * lane.groups.x) * (WORKGROUP_SIZE / LANES_PER_ROW) + team_in_group(lane);
}
