// y_i = f(x_i), as bits, where f is the part's `apply`.
struct Params {
  size: u32,
  x_origin: u32,
  y_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read_write> y: array<vec4u>; // a new tensor: aligned and padded to 16 bytes

@compute @workgroup_size(WIDTH)
fn elementwise_unary(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let v = (group.x + group.y * groups.x) * WIDTH + lane;
  if (4u * v < params.size) {
    y[params.y_origin / 4u + v] = apply(fetch_x(v));
  }
}
