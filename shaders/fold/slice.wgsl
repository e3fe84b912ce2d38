// A team's slice of a row, as if it were a row itself: `slices` of slice_cols elements each, the last one shorter. Few
// and long rows are cut so that many workgroups share them; a second dispatch folds the slices' values.
fn slice_of(lane: Lane) -> Row {
  let group = lane.group.x + lane.group.y * lane.groups.x;
  let index = group * (WIDTH / TEAM) + team_in_group(lane);
  let row = index / params.slices;
  let first = (index - row * params.slices) * params.slice_cols;
  let end = min(first + params.slice_cols, params.cols);
  let base = row * params.cols;
  if (row >= params.rows) { // teams past the end work on nothing
    return Row(index, seat_in_team(lane), 0u, 0u, 0u);
  }
  return Row(index, seat_in_team(lane), base, base + first, base + end);
}

// Where an element lies in the tensor: slices are of rows along the last axis.
const STRIDED = false;

fn place_of(i: u32) -> u32 {
  return i;
}

fn places_of(v: u32) -> vec4u {
  return 4u * v + IOTA;
}
