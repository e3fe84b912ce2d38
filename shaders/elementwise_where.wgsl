// y_i = a_i where the condition is not 0, else b_i; any dtype, as bits. For a float condition truth_mask excludes the
// sign, so that -0 counts as 0.
// needs: an operand a, an operand b, an operand condition, writes of y, math/elements
struct Params {
  truth_mask: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn elementwise_where(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    let v = first + p;
    if (4u * v < params.size) {
      let holds = (fetch_condition(v) & vec4u(params.truth_mask)) != vec4u(0u);
      put4_y(4u * v, select(fetch_b(v), fetch_a(v), holds), live_at(v));
    }
  }
}
