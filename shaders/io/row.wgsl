// A row as its team sees it: vectors of four elements from the one that holds its first to the one that holds its last,
// dealt out to the lanes in turn, PACK at once (as many as 16 bytes of a tensor hold), BLOCK of them at a time. A held row
// (HELD) is one block, which stays in registers between the passes; any other is fetched again.
struct Row {
  index: u32, // which row of this launch
  seat: u32, // which lane of the team
  first: u32, // elements [first, end)
  end: u32,
}

const IOTA = vec4u(0u, 1u, 2u, 3u);
const UNITS_AT_ONCE = BLOCK / PACK * TEAM; // of PACK vectors each, that a team fetches at once

// Blocks that hold data. Data-bound, and the same for all lanes of a team.
fn blocks_of(row: Row) -> u32 {
  if (HELD) {
    return 1u;
  }
  return (units_to(row) - row.first / (4u * PACK) + (UNITS_AT_ONCE - 1u)) / UNITS_AT_ONCE;
}

fn units_to(row: Row) -> u32 {
  return (row.end + (4u * PACK - 1u)) / (4u * PACK);
}

fn unit_at(row: Row, block: u32, k: u32) -> u32 {
  return row.first / (4u * PACK) + block * UNITS_AT_ONCE + k / PACK * TEAM + row.seat;
}

fn vector_at(row: Row, block: u32, k: u32) -> u32 {
  return PACK * unit_at(row, block, k) + k % PACK;
}

// The same, but held to the row's last: what is read where the row has no element.
fn near_vector_at(row: Row, block: u32, k: u32) -> u32 {
  return PACK * min(unit_at(row, block, k), max(units_to(row), 1u) - 1u) + k % PACK;
}

// Which elements of vector v belong to the row.
fn live_at(row: Row, v: u32) -> vec4<bool> {
  let i = 4u * v + IOTA;
  return (i >= vec4u(row.first)) & (i < vec4u(row.end));
}
