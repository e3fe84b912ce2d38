// A state as it is exchanged, given [4, C] or [3, C] (no tail), put into place `slice` of state [slices, 5, C] with the
// count that the host knows.
struct Params {
  channels: u32,
  slice: u32,
  count: u32,
  given_origin: u32,
  state_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read> given: array<f32>;

@compute @workgroup_size(WIDTH)
fn batch_norm_collect(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let c = (group.x + group.y * groups.x) * WIDTH + lane;
  if (c < params.channels) {
    let at = params.given_origin + c;
    let row = params.channels;
    var tail = 0.0;
    if (HAS_TAIL) {
      tail = given[at + 3u * row];
    }
    store_state(params.slice, c, moments_of(params.count, given[at + row], given[at + 2u * row], tail));
  }
}
