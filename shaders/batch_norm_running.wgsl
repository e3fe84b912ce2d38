// running = keep·running + weight·value, in place; NaN where either is not finite.
struct Params {
  channels: u32,
  keep: f32,
  weight: f32,
  running_origin: u32,
  value_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read_write> running: array<f32>;
@group(0) @binding(0) var<storage, read> value: array<f32>;

@compute @workgroup_size(WIDTH)
fn batch_norm_running(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let c = (group.x + group.y * groups.x) * WIDTH + lane;
  if (c < params.channels) {
    let old = running[params.running_origin + c];
    let new_value = value[params.value_origin + c];
    let healthy = is_finite(bitcast<u32>(old)) && is_finite(bitcast<u32>(new_value));
    running[params.running_origin + c] = select(nan(), params.keep * old + params.weight * new_value, healthy);
  }
}
