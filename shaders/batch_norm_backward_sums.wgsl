// Σdy and Σ(dy·x̂) of each channel over one slice of x and dy [outer, C, inner], where the gate (channels/gate_none,
// channels/gate_relu) sets some dy to 0. Writes sums [slices, 2, C], to be merged if slices > 1. Each lane sums block
// by block and nests the sums of blocks.
// needs: a fold, a gate, a monoid, a unit's values, blocks of dy, blocks of x, channels/unit, channels/statistics,
//   channels/sums, channels/walk, channels/x_hat, monoid/sum2
struct Params {
  first_slice: u32,
  slices: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_backward_sums(lane: Lane) {
  var walk = walk_of(lane.group.x + lane.group.y * lane.groups.x, lane.id);
  let channel = channel_of(walk.channel);
  let gate = gate_of(walk.channel * UNIT_CHANNELS, channel);
  var outer = EMPTY;
  outer.broken = united(select(Bits(SECOND_BROKEN), Bits(0u), channel.healthy));
  var inner = EMPTY;
  for (var b = 0u; b < params.blocks; b++) {
    if (walk.next >= walk.end) {
      break;
    }
    let count = next_block(&walk);
    inner = merge(inner, lift_block(count, channel, gate));
    if (NESTED && b % 8u == 7u) {
      outer = merge(outer, inner);
      inner = EMPTY;
    }
  }
  let all = team_fold(merge(outer, inner), lane);
  if (walk.seat == 0u && walk.slice < params.slices) {
    store_sums(params.first_slice + walk.slice, walk.channel * UNIT_CHANNELS, all);
  }
}

// The sums over the first `count` units of the block, which are finite. With a constant `count` the compiler removes
// the masks.
fn sums_of_block(count: u32, channel: Channel, broken: Bits) -> Acc {
  var sum_dy = Unit(0.0);
  var sum_dy_x_hat = Unit(0.0);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let term = select(Unit(0.0), block_dy[k], k < count);
    sum_dy += term;
    sum_dy_x_hat += term * x_hat(block_x[k], channel);
  }
  return Acc(total(sum_dy), total(sum_dy_x_hat), united(broken));
}

fn lift_block(count: u32, channel: Channel, gate: Gate) -> Acc {
  fetch_x();
  fetch_dy();
  var extremes = NO_EXTREMES;
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    extremes = extremes_with(extremes_with(extremes, block_x[k]), block_dy[k]);
  }
  // Not `&& all(...)`: some releases of Chromium generate invalid SPIR-V for `all` of a single bool.
  if (all(all_finite(extremes) & Truth(count == VECTORS_PER_LANE))) {
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      block_dy[k] = gated(block_dy[k], block_x[k], channel, gate);
    }
    return sums_of_block(VECTORS_PER_LANE, channel, Bits(0u));
  }
  var broken = Bits(0u);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let dy = gated_special(block_dy[k], block_x[k], channel, gate);
    let x_ok = finite(block_x[k]);
    let dy_ok = finite(dy);
    let live = Truth(k < count);
    broken |= select(Bits(0u), Bits(SECOND_BROKEN), live & !(x_ok & dy_ok));
    broken |= select(Bits(0u), Bits(FIRST_BROKEN), live & !dy_ok);
    block_x[k] = select(Unit(0.0), block_x[k], x_ok);
    block_dy[k] = select(Unit(0.0), dy, dy_ok);
  }
  return sums_of_block(count, channel, broken);
}
