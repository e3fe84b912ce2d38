// The elements of a box in x to their places in y: a transpose, a slice, one of the tensors that are joined. As bits.
struct Params {
  size: u32,
  x_origin: u32,
  y_origin: u32,
  nan_bits: u32,
  axes: array<vec4u, 8>, // length, stride in x, stride in y
}

@group(0) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(WIDTH)
fn copy_strided(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    if (4u * (first + p) < params.size) {
      store_y(first + p, fetch_x(first + p), live_at(first + p));
    }
  }
}
