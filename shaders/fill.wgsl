// y_i = the same bits everywhere; any dtype of 4 bytes.
struct Params {
  size: u32,
  bits: u32,
  y_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(WIDTH)
fn fill(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = (group.x + group.y * groups.x) * WIDTH + lane;
  if (i < params.size) {
    y[params.y_origin + i] = params.bits;
  }
}
