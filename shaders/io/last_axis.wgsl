// Rows along the last axis: their elements are neighbours, counted from the tensor's start.
const STRIDED = false;

fn row_of(lane: Lane) -> Row {
  let group = lane.group.x + lane.group.y * lane.groups.x;
  let index = group * (WIDTH / TEAM) + team_in_group(lane);
  let first = min(index, params.rows) * params.cols; // rows past the end work on nothing
  return Row(index, seat_in_team(lane), first, first, select(first, first + params.cols, index < params.rows));
}

// Where element i lies in the tensor.
fn place_of(i: u32) -> u32 {
  return i;
}

fn places_of(v: u32) -> vec4u {
  return 4u * v + IOTA;
}
