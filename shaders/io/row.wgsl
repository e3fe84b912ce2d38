// A row as its team sees it: vectors of four from the one that holds its first element to the one that holds its last,
// dealt out to the lanes in turn, BLOCK of them at a time. A held row (HELD) is one block, which stays in registers
// between the passes; any other is fetched again.
struct Row {
  index: u32, // which row of this launch
  seat: u32, // which lane of the team
  first: u32, // elements [first, end), counted from the tensor's start
  end: u32,
}

const BLOCK_SPAN = BLOCK * TEAM; // vectors that a team fetches at once

fn row_of(lane: Lane) -> Row {
  let group = lane.group.x + lane.group.y * lane.groups.x;
  let index = group * (WIDTH / TEAM) + lane.id / TEAM;
  let first = min(index, params.rows) * params.cols; // rows past the end work on nothing
  return Row(index, lane.id % TEAM, first, select(first, first + params.cols, index < params.rows));
}

// Blocks that hold data. Data-bound, and the same for all lanes of a team.
fn blocks_of(row: Row) -> u32 {
  if (HELD) {
    return 1u;
  }
  return ((row.end + 3u) / 4u - row.first / 4u + (BLOCK_SPAN - 1u)) / BLOCK_SPAN;
}

fn vector_at(row: Row, block: u32, k: u32) -> u32 {
  return row.first / 4u + block * BLOCK_SPAN + k * TEAM + row.seat;
}

// Which elements of vector v belong to the row.
fn live_at(row: Row, v: u32) -> vec4<bool> {
  let i = 4u * v + vec4u(0u, 1u, 2u, 3u);
  return (i >= vec4u(row.first)) & (i < vec4u(row.end));
}
