// Copies the elements of a box in x to their places in y, as bits: a transpose, a slice, or one of the tensors of a
// concatenation.
// needs: a target y, an operand x, math/elements
@compute @workgroup_size(WORKGROUP_SIZE)
fn copy_strided(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    if (4u * (first + p) < params.size) {
      store_y(first + p, fetch_x(first + p), live_at(first + p));
    }
  }
}
