// The path of a lane through x, seen as [rows, channels, inner]. A stop is PACK neighboring units, each of one element
// or four. A launch covers `walked` channels per row; x may have more, and its rows are `pitch` apart. Stop m =
// row·inner + j of a channel lies at row·pitch + channel·inner + j. COLUMNS: inner is 1.
// A team of LANES_PER_ROW lanes walks one slice of one channel, and neighboring teams have neighboring channels. The
// lanes of a team are LANE_STRIDE apart, and the lanes between them belong to those teams. A chunk of slice_stops is
// one slice. Where x has few columns, `phases` slices alternate in a chunk, so that neighboring lanes still read
// neighboring elements.
// PLANES: a lane keeps to its place in a row and walks over the rows, so that its loads are vectors whatever a plane's
// length is. What the walk takes for channels are then the columns of all channels, `plane` each.
struct Params {
  walked: u32,
  inner: u32,
  pitch: u32,
  stops: u32, // per channel
  slice_stops: u32,
  blocks: u32, // of a lane
  chunks: u32,
  phases: u32,
  stride: u32, // stops from one stop of a lane to its next
  step: u32, // the same as a distance in memory
  step_within: u32, // its part within a row
  skip: u32, // the distance added when that wraps
  plane: u32,
}

struct Walk {
  channel: u32,
  slice: u32,
  seat: u32,
  next: u32, // the lane's next stop in its channel
  end: u32, // of its slice
  at: u32, // place of the next stop
  within: u32, // j of the next stop
}

// The STOPS of a lane's block. Unused ones are the start of x.
var<private> spots: array<u32, STOPS>;

// The k-th unit of the block.
fn spot(k: u32) -> u32 {
  return PACK * spots[k / PACK] + k % PACK;
}

fn walk_of(group: u32, lane: u32) -> Walk {
  let seat = lane / LANE_STRIDE % LANES_PER_ROW;
  let team = group * (WORKGROUP_SIZE / LANES_PER_ROW) + lane / (LANE_STRIDE * LANES_PER_ROW) * LANE_STRIDE + lane % LANE_STRIDE;
  let slice = team / params.walked;
  let channel = team - slice * params.walked;
  var chunk = slice;
  var ahead = seat;
  if (COLUMNS) {
    chunk = slice / params.phases;
    ahead += (slice - chunk * params.phases) * LANES_PER_ROW;
  }
  let first = min(chunk, params.chunks) * params.slice_stops;
  let next = first + ahead;
  let end = min(first + params.slice_stops, params.stops);
  var row = next;
  if (!COLUMNS) {
    row = next / params.inner;
  }
  let within = next - row * params.inner;
  return Walk(channel, slice, seat, next, end, row * params.pitch + channel * params.inner + within, within);
}

// Fills `spots` with the lane's next block and returns how many of its units, from the first on, are in use. A step of
// `stride` stops is known in rows and stops within a row and wraps at most once, so no division is needed. Most blocks
// are full and lie within a row.
fn next_block(walk: ptr<function, Walk>) -> u32 {
  let first = (*walk).next;
  (*walk).next = first + STOPS * params.stride;
  let full = first + (STOPS - 1u) * params.stride < (*walk).end;
  if (full && (COLUMNS || (*walk).within + (STOPS - 1u) * params.step_within < params.inner)) {
    for (var k = 0u; k < STOPS; k++) {
      spots[k] = (*walk).at + k * params.step;
    }
    (*walk).at += STOPS * params.step;
    if (!COLUMNS) {
      wrap(walk, STOPS * params.step_within);
    }
    return VECTORS_PER_LANE;
  }
  var count = 0u;
  for (var k = 0u; k < STOPS; k++) {
    let live = first + k * params.stride < (*walk).end;
    spots[k] = select(0u, (*walk).at, live);
    count += select(0u, PACK, live);
    (*walk).at += params.step;
    if (!COLUMNS) {
      wrap(walk, params.step_within);
    }
  }
  return select(count, VECTORS_PER_LANE, full);
}

// The channel of a column.
fn channel_at(column: u32) -> u32 {
  if (PLANES) {
    return column / params.plane;
  }
  return column;
}

// Moves within a row; where that leaves the row, into the next.
fn wrap(walk: ptr<function, Walk>, by: u32) {
  let within = (*walk).within + by;
  let wraps = within >= params.inner;
  (*walk).within = within - select(0u, params.inner, wraps);
  (*walk).at += select(0u, params.skip, wraps);
}
