// Rows along the last axis, one team per row.
// needs: a fold, io/row
// provides: an axis (row_of)
fn row_of(lane: Lane) -> Row {
  let group = lane.group.x + lane.group.y * lane.groups.x;
  let index = group * (WORKGROUP_SIZE / LANES_PER_ROW) + team_in_group(lane);
  let first = min(index, params.rows) * params.cols; // rows past the end are empty
  return Row(index, seat_in_team(lane), first, first, select(first, first + params.cols, index < params.rows));
}
