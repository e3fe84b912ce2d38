// g_i ← scale·g_i in place, where clip = [norm, scale]; NaN where g_i or scale is non-finite.
// needs: writes of clipped, optim/update
struct Params {
  size: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn clip_gradients(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = 4u * ((group.x + group.y * groups.x) * WORKGROUP_SIZE + lane);
  if (i < params.size) {
    put4_clipped(i, held(scaled_gradient(i), healthy_gradient(i)), vec4<bool>(true));
  }
}
