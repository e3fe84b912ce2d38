// One team per channel. Each lane merges every LANES_PER_ROW-th slice of the channel (load_slice), nested 16 deep.
// needs: a fold, a monoid, slices of channels
struct Params {
  channels: u32,
  slices: u32, // per channel, of all its columns
  plane: u32, // columns of a channel
}

struct Seat {
  channel: u32,
  lane: u32,
  live: bool, // whether the channel exists
}

fn seat_of(lane: Lane) -> Seat {
  let index = (lane.group.x + lane.group.y * lane.groups.x) * WORKGROUP_SIZE + lane.id;
  return Seat(index / LANES_PER_ROW, index % LANES_PER_ROW, index / LANES_PER_ROW < params.channels);
}

// Where the first value of a slice of channel c is in parts [slices of a column, rows, channels, plane].
fn place_of(slice: u32, rows: u32, c: u32) -> u32 {
  if (!PLANES) {
    return slice * rows * params.channels + c;
  }
  let of_column = slice / params.plane;
  let column = c * params.plane + (slice - of_column * params.plane);
  return of_column * rows * params.channels * params.plane + column;
}

const NEST = 16u;

fn fold_slices(seat: Seat) -> Acc {
  var outer = EMPTY;
  let rounds = (params.slices + NEST * LANES_PER_ROW - 1u) / (NEST * LANES_PER_ROW);
  for (var b = 0u; b < rounds; b++) {
    var inner = EMPTY;
    for (var k = 0u; k < NEST; k++) {
      let first = (b * NEST + k) * LANES_PER_ROW;
      if (first >= params.slices) {
        break;
      }
      let slice = first + seat.lane;
      if (seat.live && slice < params.slices) {
        inner = merge(inner, load_slice(slice, seat.channel));
      }
    }
    outer = merge(outer, inner);
  }
  return outer;
}
