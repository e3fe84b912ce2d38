// y_i = a_i where the condition is not 0, else b_i; any dtype, as bits. A float's zero may have a sign, which
// truth_mask leaves out.
struct Params {
  size: u32,
  truth_mask: u32,
  condition_period: u32,
  a_period: u32,
  b_period: u32,
  condition_origin: u32,
  a_origin: u32,
  b_origin: u32,
  y_origin: u32,
  nan_bits: u32,
  axes: array<vec4u, 8>,
}

@group(0) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(WIDTH)
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
