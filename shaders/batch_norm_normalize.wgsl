// y = x̂·γ + β, then the activation. A lane stays within its channels and reads their values once. A channel with a
// non-finite statistic, γ or β is NaN.
// needs: an activation, gammas, units into y, blocks of x, channels/unit, channels/affine, channels/beta,
//   channels/statistics, channels/walk
@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_normalize(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var walk = walk_of(group.x + group.y * groups.x, lane);
  if (walk.next >= walk.end) {
    return;
  }
  let c = walk.channel * UNIT_CHANNELS;
  let channel = channel_of(walk.channel);
  let gamma = gamma_of(c);
  let beta = beta_of(c);
  let healthy = channel.healthy & finite(gamma) & finite(beta);
  for (var b = 0u; b < params.blocks; b++) {
    if (walk.next >= walk.end) {
      break;
    }
    let count = next_block(&walk);
    fetch_x();
    var extremes = NO_EXTREMES;
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      extremes = extremes_with(extremes, block_x[k]);
    }
    if (all(all_finite(extremes) & healthy)) {
      for (var k = 0u; k < VECTORS_PER_LANE; k++) {
        if (k < count) {
          store_y(spot(k), bitcast<Unit>(activated(bitcast<Bits>(affine(block_x[k], channel, gamma, beta)))));
        }
      }
    } else {
      for (var k = 0u; k < VECTORS_PER_LANE; k++) {
        let x = block_x[k];
        let number = healthy & finite(x);
        let y = bitcast<Bits>(affine(select(Unit(0.0), x, number), channel, gamma, beta));
        if (k < count) {
          store_y(spot(k), bitcast<Unit>(activated(select(affine_special(x, gamma, healthy), y, number))));
        }
      }
    }
  }
}
