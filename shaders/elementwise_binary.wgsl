// y_i = f(a_i, b_i), as bits, where f is the part's `apply`; a and b broadcast as their parts say.
struct Params {
  size: u32,
  a_period: u32,
  b_period: u32,
  a_origin: u32,
  b_origin: u32,
  y_origin: u32,
  nan_bits: u32,
  axes: array<vec4u, 8>,
}

@group(0) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(WIDTH)
fn elementwise_binary(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    if (4u * (first + p) < params.size) {
      put4_y(4u * (first + p), apply(fetch_a(first + p), fetch_b(first + p)), live_at(first + p));
    }
  }
}
