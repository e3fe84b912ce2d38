// y_i = x at the coordinates of i, walked along other strides: a transpose, a slice. Any dtype of 4 bytes, as bits.
struct Params {
  size: u32,
  x_origin: u32,
  y_origin: u32,
  nan_bits: u32,
  axes: array<vec4u, 8>,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read_write> y: array<vec4u>; // a new tensor: aligned and padded to 16 bytes

@compute @workgroup_size(WIDTH)
fn copy_strided(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let v = (group.x + group.y * groups.x) * WIDTH + lane;
  if (4u * v < params.size) {
    y[params.y_origin / 4u + v] = fetch_x(v);
  }
}
