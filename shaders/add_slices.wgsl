// c_i = Σ_s partial[s·size + i]: the slices of a matrix product, at most 256 of them.
struct Params {
  size: u32,
  slices: u32,
  partial_origin: u32,
  c_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read> partial: array<f32>;
@group(0) @binding(0) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(WIDTH)
fn add_slices(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = (group.x + group.y * groups.x) * WIDTH + lane;
  if (i >= params.size) {
    return;
  }
  var sum = 0.0;
  for (var s = 0u; s < params.slices; s++) {
    sum += partial[params.partial_origin + s * params.size + i];
  }
  c[params.c_origin + i] = sum;
}
