// g_i ← scale·g_i in place, where clip = [norm, scale]; NaN where either is not finite.
struct Params {
  size: u32,
  gradients_origin: u32,
  clip_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(WIDTH)
fn clip_gradients(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = 4u * ((group.x + group.y * groups.x) * WIDTH + lane);
  if (i < params.size) {
    put4_clipped(i, held(scaled_gradient(i), healthy_gradient(i)), vec4<bool>(true));
  }
}
