// Σdy and Σdy·x̂ of each channel over a slice of x and dy [outer, C, inner]: sums [slices, 2, C], to be merged if
// slices > 1. Summed by blocks, blocks nested.
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
  epsilon: f32,
  x_origin: u32,
  dy_origin: u32,
  mean_origin: u32,
  tail_origin: u32,
  variance_origin: u32,
  sums_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(WIDTH)
fn batch_norm_backward_sums(lane: Lane) {
  var walk = walk_of((lane.group.x + lane.group.y * lane.groups.x) * WIDTH + lane.id);
  let channel = channel_of(walk.channel);
  var outer = EMPTY;
  var inner = EMPTY;
  for (var b = 0u; b < walk.blocks; b++) {
    let count = next_block(&walk);
    var sum_dy = Unit(0.0);
    var sum_dy_x_hat = Unit(0.0);
    var broken = select(SECOND_BROKEN, 0u, all(channel.healthy));
    for (var k = 0u; k < BLOCK; k++) {
      let x = unit_x(spots[k]);
      let dy = unit_dy(spots[k]);
      let live = k < count;
      let x_ok = all(finite(x));
      let dy_ok = all(finite(dy));
      broken |= select(0u, SECOND_BROKEN, live & !(x_ok & dy_ok)) | select(0u, FIRST_BROKEN, live & !dy_ok);
      let term = select(Unit(0.0), dy, live & dy_ok);
      sum_dy += term;
      sum_dy_x_hat += term * x_hat(select(channel.mean, x, live & x_ok), channel);
    }
    inner = merge(inner, Acc(total(sum_dy), total(sum_dy_x_hat), broken));
    if (b % 8u == 7u) {
      outer = merge(outer, inner);
      inner = EMPTY;
    }
  }
  let all = team_fold(merge(outer, inner), lane);
  if (walk.seat == 0u && walk.slice < params.slices) {
    store_sums(params.first_slice + walk.slice, walk.channel, all);
  }
}
