// Moments of each channel of x, state [1, 5, C], and y = x̂·γ + β from them, then the activation. x is read once: a
// team keeps its channel in registers, one block per lane. A channel with a non-finite x, γ or β is NaN.
// needs: a fold, an activation, blocks of x, gammas, units into y, channels/unit, channels/affine, channels/beta,
//   channels/lift, channels/state, channels/walk, channels/x_hat
struct Params {
  first_slice: u32,
  slices: u32, // 1
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_train(lane: Lane) {
  var walk = walk_of(lane.group.x + lane.group.y * lane.groups.x, lane.id);
  let count = next_block(&walk);
  let all = team_fold(lift_block_x(count), lane);
  let live = walk.slice < params.slices;
  let c = walk.channel * UNIT_CHANNELS;
  if (live && walk.seat == 0u) {
    store_state(params.first_slice, c, all);
  }
  let found = statistics_of(all);
  let channel = channel_from(Unit(found.mean), Unit(found.tail), Unit(found.variance));
  let gamma = gamma_of(c);
  let beta = beta_of(c);
  let healthy = channel.healthy & finite(gamma) & finite(beta);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let y = bitcast<Bits>(affine(block_x[k], channel, gamma, beta));
    if (live && k < count) {
      store_y(spot(k), bitcast<Unit>(activated(select(Bits(params.nan_bits), y, healthy))));
    }
  }
}
