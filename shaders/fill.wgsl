// y_i = the same bits for every i.
// needs: writes of y, math/elements
struct Params {
  bits: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn fill(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    if (4u * (first + p) < params.size) {
      put4_y(4u * (first + p), vec4u(params.bits), live_at(first + p));
    }
  }
}
