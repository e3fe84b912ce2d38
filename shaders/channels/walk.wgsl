// How a lane goes through x, seen as [outer, channels, inner] in units (an element, or four). A channel's units are
// counted m = o·inner + j and lie at (o·channels + c)·inner + j. A team of TEAM lanes walks one slice of one channel,
// and neighbouring teams have neighbouring channels. A chunk of slice_units units is one slice; where channels are few
// columns (inner = 1), `phases` slices share a chunk in turn, so that neighbouring lanes still read neighbours.
struct Walk {
  channel: u32,
  slice: u32,
  seat: u32,
  blocks: u32, // the same for all lanes of a team
  left: u32, // units of this lane's that are still to come
  at: u32, // where the next one lies,
  within: u32, // and its j
}

// Where the units of a lane's block lie; those that are not its own stand for unit 0.
var<private> spots: array<u32, BLOCK>;

fn walk_of(index: u32) -> Walk {
  let team = index / TEAM;
  let seat = index % TEAM;
  let slice = team / params.channels;
  let channel = team - slice * params.channels;
  let chunk = slice / params.phases;
  let first = min(min(chunk, params.chunks) * params.slice_units, params.units);
  let length = min(params.slice_units, params.units - first);
  let ahead = (slice - chunk * params.phases) * TEAM + seat;
  let left = (max(length, ahead) - ahead + params.stride - 1u) / params.stride;
  let blocks = (length + params.stride * BLOCK - 1u) / (params.stride * BLOCK);
  let row = (first + ahead) / params.inner;
  let within = first + ahead - row * params.inner;
  return Walk(channel, slice, seat, blocks, left, (row * params.channels + channel) * params.inner + within, within);
}

// Fills `spots` with the lane's next block and says how many of them, from the first on, are its own. No division:
// a step of `stride` units is known in rows and rest, and wraps at most once.
fn next_block(walk: ptr<function, Walk>) -> u32 {
  let count = min((*walk).left, BLOCK);
  for (var k = 0u; k < BLOCK; k++) {
    spots[k] = select(0u, (*walk).at, k < count);
    let within = (*walk).within + params.step_within;
    let wraps = within >= params.inner;
    (*walk).within = within - select(0u, params.inner, wraps);
    (*walk).at += params.step + select(0u, params.skip, wraps);
  }
  (*walk).left -= count;
  return count;
}
