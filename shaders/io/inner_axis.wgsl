// Rows along an axis other than the last. Their elements are `inner` apart and counted from the row's first.
// Neighboring lanes have neighboring rows, so that their loads coalesce, and the lanes of a team are LANE_STRIDE apart.
// Short rows along the last axis that end between vectors are read this way too, with `inner` 1.
// needs: a fold, io/row
// provides: an axis (row_of), a layout (STRIDED, place_of, places_of)
const STRIDED = true;

var<private> row_start: u32; // place of the lane's row in the tensor

fn row_of(lane: Lane) -> Row {
  let group = lane.group.x + lane.group.y * lane.groups.x;
  let index = group * (WORKGROUP_SIZE / LANES_PER_ROW) + team_in_group(lane);
  let row = min(index, params.rows - 1u);
  let outer = row / params.inner;
  row_start = outer * params.cols * params.inner + (row - outer * params.inner);
  return Row(index, seat_in_team(lane), 0u, 0u, select(0u, params.cols, index < params.rows));
}

// The place of element i in the tensor.
fn place_of(i: u32) -> u32 {
  return row_start + i * params.inner;
}

fn places_of(v: u32) -> vec4u {
  return row_start + (4u * v + IOTA) * params.inner;
}
