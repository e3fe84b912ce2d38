// y_i = f(x_i), as bits. f is the part's `apply`.
// needs: a function, an operand x, writes of y, math/elements
@compute @workgroup_size(WORKGROUP_SIZE)
fn elementwise_unary(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    if (4u * (first + p) < params.size) {
      put4_y(4u * (first + p), apply(fetch_x(first + p)), live_at(first + p));
    }
  }
}
