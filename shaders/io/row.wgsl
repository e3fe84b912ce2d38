// A row as its team sees it: the vectors of four elements from the one that holds its first element to the one that
// holds its last. The lanes take turns, PACK vectors at once (as many as 16 bytes of a tensor hold), VECTORS_PER_LANE
// per block. A row in registers (IN_REGISTERS) is one block and stays there between the passes; any other row is
// fetched again.
struct Params {
  rows: u32, // in this launch
  cols: u32,
  inner: u32, // distance between neighboring elements of a row
  slices: u32, // per row
  slice_cols: u32,
}

struct Row {
  index: u32, // of the row in this launch
  seat: u32, // of the lane in its team
  start: u32, // place of the row's column 0
  first: u32, // elements [first, end) are the row, or the team's slice of it
  end: u32,
}

const IOTA = vec4u(0u, 1u, 2u, 3u);
const UNIT = 4u * PACK; // elements that a lane fetches at once
const UNITS_AT_ONCE = VECTORS_PER_LANE / PACK * LANES_PER_ROW; // units that a team fetches at once

// The number of blocks that hold data: the same for all lanes of a team, and 0 where the team has no row.
fn blocks_of(row: Row) -> u32 {
  return (units_to(row) - row.first / UNIT + (UNITS_AT_ONCE - 1u)) / UNITS_AT_ONCE;
}

fn units_to(row: Row) -> u32 {
  return (row.end + (UNIT - 1u)) / UNIT;
}

// Whether everything that the team fetches in a block belongs to the row, so that nothing has to be masked. In WHOLE
// rows the host knows that it does; MASKED rows are always masked, except where is_inside says that they need not be.
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

// The same, clamped to the row's last vector: the vector that is read where the row has no element.
fn near_vector_at(row: Row, block: u32, k: u32) -> u32 {
  return PACK * min(unit_at(row, block, k), max(units_to(row), 1u) - 1u) + k % PACK;
}

// The lane's block that holds an element of the row, or NO_BLOCK where another lane or slice has it.
fn block_with(row: Row, element: u32) -> u32 {
  let unit = element / UNIT - row.first / UNIT;
  let ours = element >= row.first && element < row.end && unit % LANES_PER_ROW == row.seat;
  return select(NO_BLOCK, unit / UNITS_AT_ONCE, ours);
}

const NO_BLOCK = 0xffffffffu;

// Whether vector k of every lane belongs to the row, which is then neither masked nor tested. LAST rows are in registers,
// and start and end on units, so only their last turns go past the end. More than four turns are a power of two, of which
// over half are needed.
fn is_inside(k: u32) -> bool {
  return LAST && k / PACK < select(TURNS / 2u, TURNS - 1u, TURNS <= 4u);
}

const TURNS = VECTORS_PER_LANE / PACK;

// Which elements of vector v belong to the row.
fn live_at(row: Row, v: u32) -> vec4<bool> {
  if (LAST) {
    return vec4<bool>(4u * v < row.end);
  }
  let i = 4u * v + IOTA;
  return (i >= vec4u(row.first)) & (i < vec4u(row.end));
}

// Whether this lane writes the row's single values.
fn speaks_for(row: Row) -> bool {
  return row.seat == 0u && row.index < params.rows && row.first == row.start;
}
