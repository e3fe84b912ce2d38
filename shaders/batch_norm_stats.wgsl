// Moments of each channel of x [outer, C, inner] over a slice of it: state [slices, 5, C], to be merged if slices > 1.
// A lane lifts block by block and nests the merges.
struct Params {
  channels: u32,
  walked: u32,
  inner: u32,
  pitch: u32,
  stops: u32,
  slice_stops: u32,
  chunks: u32,
  phases: u32,
  stride: u32,
  step: u32,
  step_within: u32,
  skip: u32,
  first_slice: u32,
  slices: u32,
  x_origin: u32,
  state_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(WIDTH)
fn batch_norm_stats(lane: Lane) {
  var walk = walk_of((lane.group.x + lane.group.y * lane.groups.x) * WIDTH + lane.id);
  var outer = EMPTY;
  var inner = EMPTY;
  for (var b = 0u; b < walk.blocks; b++) {
    let count = next_block(&walk);
    inner = merge(inner, lift_block_x(count));
    if (b % 8u == 7u) {
      outer = merge(outer, inner);
      inner = EMPTY;
    }
  }
  let all = team_fold(merge(outer, inner), lane);
  if (walk.seat == 0u && walk.slice < params.slices) {
    store_state(params.first_slice + walk.slice, walk.channel * UNIT_CHANNELS, all);
  }
}
