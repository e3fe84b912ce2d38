// dx = γ·rstd·(dy - (Σdy + x̂·Σ(dy·x̂))/n), where the gate (channels/gate_none, channels/gate_relu) sets some dy to 0.
// sums [2, C] holds Σdy and Σ(dy·x̂). A channel with a non-finite value is NaN.
// needs: a gate, channels of sums, gammas, units into dx, blocks of dy, blocks of x, channels/unit, channels/statistics,
//   channels/walk, channels/x_hat, math/special
struct Params {
  channels: u32,
  per_count: f32, // 1/n
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_backward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  var walk = walk_of(group.x + group.y * groups.x, lane);
  if (walk.next >= walk.end) {
    return;
  }
  let c = walk.channel * UNIT_CHANNELS;
  let channel = channel_of(walk.channel);
  let mean_dy = of_channel_sums(0u, c) * params.per_count;
  let mean_dy_x_hat = of_channel_sums(params.channels, c) * params.per_count;
  let gamma = gamma_of(c);
  let gate = gate_of(c, channel);
  let healthy = channel.healthy & finite(gamma) & finite(mean_dy) & finite(mean_dy_x_hat);
  let scale = channel.rstd * gamma;
  for (var b = 0u; b < params.blocks; b++) {
    if (walk.next >= walk.end) {
      break;
    }
    let count = next_block(&walk);
    fetch_x();
    fetch_dy();
    var extremes = NO_EXTREMES;
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      extremes = extremes_with(extremes_with(extremes, block_x[k]), block_dy[k]);
    }
    let numbers = all(all_finite(extremes) & healthy);
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      let x = block_x[k];
      var dy = gated(block_dy[k], x, channel, gate);
      if (!numbers) {
        dy = gated_special(block_dy[k], x, channel, gate);
      }
      var dx = scale * ((dy - mean_dy) - x_hat(x, channel) * mean_dy_x_hat);
      if (!numbers) {
        dx = select(Unit(nan()), dx, healthy & finite(x) & finite(dy));
      }
      if (k < count) {
        store_dx(spot(k), dx);
      }
    }
  }
}
