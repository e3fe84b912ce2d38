// How a lane goes through x, seen as [rows, channels, inner], stop by stop: PACK neighboring units (of an element, or of
// four) each. Of the channels there may be more than `walked` between a row and the next, which is `pitch` away. A
// channel's stops are counted m = row·inner + j and lie at row·pitch + channel·inner + j. A team of LANES_PER_ROW lanes
// walks one slice of one channel, and neighboring teams have neighboring channels; the lanes between two of one team,
// LANE_STRIDE apart, are of those teams. A chunk of slice_stops is one slice; where channels are few columns (inner = 1),
// `phases` slices share a chunk in turn, so that neighboring lanes still read neighbors.
struct Params {
  walked: u32,
  inner: u32,
  pitch: u32,
  stops: u32, // of a channel
  slice_stops: u32,
  chunks: u32,
  phases: u32,
  stride: u32, // in stops, from one of a lane's to the next
  step: u32, // the same in rows and rest: how far it leads,
  step_within: u32, // the rest,
  skip: u32, // and what is added where that wraps
}

struct Walk {
  channel: u32,
  slice: u32,
  seat: u32,
  blocks: u32, // the same for all lanes of a team
  left: u32, // stops of this lane's that are still to come
  at: u32, // where the next one lies,
  within: u32, // and its j
}

const STOPS = VECTORS_PER_LANE / PACK; // of a block

// Where the units of a lane's block lie; those that are not its own stand for the first.
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

// Fills `spots` with the lane's next block and says how many of them, from the first on, are its own. No division:
// a step of `stride` stops is known in rows and rest, and wraps at most once. Most blocks are whole and within a row.
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
