// A row as its team sees it: vectors of four elements from the one that holds its first to the one that holds its last,
// dealt out to the lanes in turn, PACK at once (as many as 16 bytes of a tensor hold), VECTORS_PER_LANE of them at a
// time. A held row (IN_REGISTERS) is one block, which stays in registers between the passes; any other is fetched again.
struct Params {
  rows: u32, // of this launch
  cols: u32,
  inner: u32, // from an element of a row to the next
  slices: u32, // of a row
  slice_cols: u32,
}

struct Row {
  index: u32, // which row of this launch
  seat: u32, // which lane of the team
  start: u32, // where the row's columns are counted from
  first: u32, // elements [first, end): all of the row, or the team's slice of it
  end: u32,
}

const IOTA = vec4u(0u, 1u, 2u, 3u);
const UNIT = 4u * PACK; // elements that a lane fetches at once
const UNITS_AT_ONCE = VECTORS_PER_LANE / PACK * LANES_PER_ROW; // units that a team does

// Blocks that hold data. Data-bound, and the same for all lanes of a team; none where the team has no row.
fn blocks_of(row: Row) -> u32 {
  return (units_to(row) - row.first / UNIT + (UNITS_AT_ONCE - 1u)) / UNITS_AT_ONCE;
}

fn units_to(row: Row) -> u32 {
  return (row.end + (UNIT - 1u)) / UNIT;
}

// Whether all that the team fetches in a block is the row's own: then nothing has to be masked. Of WHOLE
// rows the host knows that it is so; in MASKED ones nobody asks.
fn is_whole(row: Row, block: u32) -> bool {
  if (WHOLE || MASKED) {
    return WHOLE;
  }
  let unit = row.first / UNIT + block * UNITS_AT_ONCE;
  return UNIT * unit >= row.first && UNIT * (unit + UNITS_AT_ONCE) <= row.end;
}

fn unit_at(row: Row, block: u32, k: u32) -> u32 {
  return row.first / UNIT + block * UNITS_AT_ONCE + k / PACK * LANES_PER_ROW + row.seat;
}

fn vector_at(row: Row, block: u32, k: u32) -> u32 {
  return PACK * unit_at(row, block, k) + k % PACK;
}

// The same, but held to the row's last: what is read where the row has no element.
fn near_vector_at(row: Row, block: u32, k: u32) -> u32 {
  return PACK * min(unit_at(row, block, k), max(units_to(row), 1u) - 1u) + k % PACK;
}

// The block of this lane that holds an element of the row: none where another lane, or slice, has it.
fn block_with(row: Row, element: u32) -> u32 {
  let unit = element / UNIT - row.first / UNIT;
  let ours = element >= row.first && element < row.end && unit % LANES_PER_ROW == row.seat;
  return select(NO_BLOCK, unit / UNITS_AT_ONCE, ours);
}

const NO_BLOCK = 0xffffffffu;

// Which elements of vector v belong to the row.
fn live_at(row: Row, v: u32) -> vec4<bool> {
  let i = 4u * v + IOTA;
  return (i >= vec4u(row.first)) & (i < vec4u(row.end));
}

// The lane that writes what there is one of a row.
fn speaks_for(row: Row) -> bool {
  return row.seat == 0u && row.index < params.rows && row.first == row.start;
}
