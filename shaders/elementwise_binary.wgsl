// y_i = f(a_i, b_i), as bits. f is the part's `apply`; the parts of the operands broadcast a and b.
// needs: a function, an operand a, an operand b, writes of y, math/elements
@compute @workgroup_size(WORKGROUP_SIZE)
fn elementwise_binary(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    if (4u * (first + p) < params.size) {
      put4_y(4u * (first + p), apply(fetch_a(first + p), fetch_b(first + p)), live_at(first + p));
    }
  }
}
