// A team per channel, each lane with every TEAM-th of the channel's slices (load_slice), folded, sums nested 16 deep.
struct Seat {
  channel: u32,
  lane: u32,
  live: bool, // there is such a channel
}

fn seat_of(lane: Lane) -> Seat {
  let index = (lane.group.x + lane.group.y * lane.groups.x) * WIDTH + lane.id;
  return Seat(index / TEAM, index % TEAM, index / TEAM < params.channels);
}

fn fold_slices(seat: Seat) -> Acc {
  var outer = EMPTY;
  var inner = EMPTY;
  let rounds = (params.slices + TEAM - 1u) / TEAM;
  for (var k = 0u; k < rounds; k++) {
    let slice = k * TEAM + seat.lane;
    if (seat.live && slice < params.slices) {
      inner = merge(inner, load_slice(slice, seat.channel));
    }
    if (k % 16u == 15u) {
      outer = merge(outer, inner);
      inner = EMPTY;
    }
  }
  return merge(outer, inner);
}
