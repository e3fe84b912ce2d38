// The path of a lane through x, seen as [rows, channels, inner]. A stop is PACK neighboring units, each of one element
// or four. A launch covers `walked` channels per row; x may have more, and its rows are `pitch` apart. Stop m =
// row·inner + j of a channel lies at row·pitch + channel·inner + j.
// A team of LANES_PER_ROW lanes walks one slice of one channel, and neighboring teams have neighboring channels. The
// lanes of a team are LANE_STRIDE apart, and the lanes between them belong to those teams. A chunk of slice_stops is
// one slice. Where x has few channels with inner = 1, `phases` slices alternate in a chunk, so that neighboring lanes
// still read neighboring elements.
struct Params {
  walked: u32,
  inner: u32,
  pitch: u32,
  stops: u32, // per channel
  slice_stops: u32,
  chunks: u32,
  phases: u32,
  stride: u32, // stops from one stop of a lane to its next
  step: u32, // the same as a distance in memory
  step_within: u32, // its part within a row
  skip: u32, // the distance added when that wraps
}

struct Walk {
  channel: u32,
  slice: u32,
  seat: u32,
  blocks: u32, // the same for all lanes of a team
  left: u32, // stops that remain for this lane
  at: u32, // place of the next stop
  within: u32, // j of the next stop
}

const STOPS = VECTORS_PER_LANE / PACK; // per block

// The places of the units of a lane's block. Unused ones point to the start of x.
var<private> spots: array<u32, VECTORS_PER_LANE>;

fn walk_of(index: u32) -> Walk {
  let place = index % WORKGROUP_SIZE;
  let seat = place / LANE_STRIDE % LANES_PER_ROW;
  let team = index / WORKGROUP_SIZE * (WORKGROUP_SIZE / LANES_PER_ROW) + place / (LANE_STRIDE * LANES_PER_ROW) * LANE_STRIDE + place % LANE_STRIDE;
  let slice = team / params.walked;
  let channel = team - slice * params.walked;
  let chunk = slice / params.phases;
  let first = min(min(chunk, params.chunks) * params.slice_stops, params.stops);
  let length = min(params.slice_stops, params.stops - first);
  let ahead = (slice - chunk * params.phases) * LANES_PER_ROW + seat;
  let left = (max(length, ahead) - ahead + params.stride - 1u) / params.stride;
  let blocks = (length + params.stride * STOPS - 1u) / (params.stride * STOPS);
  let row = (first + ahead) / params.inner;
  let within = first + ahead - row * params.inner;
  return Walk(channel, slice, seat, blocks, left, row * params.pitch + channel * params.inner + within, within);
}

// Fills `spots` with the lane's next block and returns how many of them, from the first on, are in use. A step of
// `stride` stops is known in rows and stops within a row and wraps at most once, so no division is needed. Most blocks
// are full and lie within a row.
fn next_block(walk: ptr<function, Walk>) -> u32 {
  if ((*walk).left >= STOPS && (*walk).within + (STOPS - 1u) * params.step_within < params.inner) {
    for (var k = 0u; k < STOPS; k++) {
      for (var p = 0u; p < PACK; p++) {
        spots[PACK * k + p] = PACK * ((*walk).at + k * params.step) + p;
      }
    }
    let within = (*walk).within + STOPS * params.step_within;
    let wraps = within >= params.inner;
    (*walk).within = within - select(0u, params.inner, wraps);
    (*walk).at += STOPS * params.step + select(0u, params.skip, wraps);
    (*walk).left -= STOPS;
    return VECTORS_PER_LANE;
  }
  let count = min((*walk).left, STOPS);
  for (var k = 0u; k < STOPS; k++) {
    let first = PACK * select(0u, (*walk).at, k < count);
    for (var p = 0u; p < PACK; p++) {
      spots[PACK * k + p] = first + p;
    }
    let within = (*walk).within + params.step_within;
    let wraps = within >= params.inner;
    (*walk).within = within - select(0u, params.inner, wraps);
    (*walk).at += params.step + select(0u, params.skip, wraps);
  }
  (*walk).left -= count;
  return PACK * count;
}
