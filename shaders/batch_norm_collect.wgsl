// Stores an exchanged state (mean, M2 and, with HAS_TAIL, the tail to add to the mean; [C] each) as slice `slice` of
// state [slices, 5, C], with a count that the host knows.
// needs: reads of m2, reads of mean, reads of tail, channels/state, channels/state_of
struct Params {
  channels: u32,
  slice: u32,
  count: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_collect(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let c = (group.x + group.y * groups.x) * WORKGROUP_SIZE + lane;
  if (c < params.channels) {
    var tail = 0.0;
    if (HAS_TAIL) {
      tail = bitcast<f32>(one_tail(c));
    }
    store_state(params.slice, c, moments_of(params.count, bitcast<f32>(one_mean(c)), bitcast<f32>(one_m2(c)), tail));
  }
}
