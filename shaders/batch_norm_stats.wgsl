// Moments of each channel of x [outer, C, inner] over one slice: state [slices, 5, C], to be merged if slices > 1. Each
// lane lifts block by block, and nests the merges of many.
// needs: a fold, a monoid, channels/lift, channels/state, channels/walk
struct Params {
  first_slice: u32,
  slices: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_stats(lane: Lane) {
  var walk = walk_of(lane.group.x + lane.group.y * lane.groups.x, lane.id);
  var outer = EMPTY;
  var inner = EMPTY;
  for (var b = 0u; b < params.blocks; b++) {
    if (walk.next >= walk.end) {
      break;
    }
    let count = next_block(&walk);
    inner = merge(inner, lift_block_x(count));
    if (NESTED && b % 8u == 7u) {
      outer = merge(outer, inner);
      inner = EMPTY;
    }
  }
  if (NESTED) {
    inner = merge(outer, inner);
  }
  let all = team_fold(inner, lane);
  if (walk.seat == 0u && walk.slice < params.slices) {
    store_state(params.first_slice + walk.slice, walk.channel * UNIT_CHANNELS, all);
  }
}
