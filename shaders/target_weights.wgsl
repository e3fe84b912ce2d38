// What each label adds to the denominator of a weighted mean: the weight of its class, or 0 if it is ignored or not a
// class.
// needs: reads of weight
struct Params {
  size: u32,
  classes: u32,
  has_ignored: u32,
  ignored: i32,
}

@group(0) @binding(0) var<storage, read> targets: array<i32>;
@group(0) @binding(0) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn target_weights(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = (group.x + group.y * groups.x) * WORKGROUP_SIZE + lane;
  if (i >= params.size) {
    return;
  }
  let label = targets[params.targets_origin + i];
  let ignored = params.has_ignored != 0u && label == params.ignored;
  var w = 0.0;
  if (!ignored && label >= 0 && u32(label) < params.classes) {
    w = 1.0;
    if (WEIGHTED) {
      w = bitcast<f32>(one_weight(u32(label)));
    }
  }
  y[params.y_origin + i] = w;
}
