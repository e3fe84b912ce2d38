// 1 where a row's best class is not its label, else 0; NaN where the label is not a class.
struct Params {
  size: u32,
  classes: u32,
}

@group(0) @binding(0) var<storage, read> best: array<u32>;
@group(0) @binding(0) var<storage, read> targets: array<u32>;
@group(0) @binding(0) var<storage, read_write> losses: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn classification_error(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = (group.x + group.y * groups.x) * WORKGROUP_SIZE + lane;
  if (i < params.size) {
    let label = targets[params.targets_origin + i];
    let wrong = select(0.0, 1.0, label != best[params.best_origin + i]);
    losses[params.losses_origin + i] = select(wrong, bitcast<f32>(params.nan_bits), label >= params.classes);
  }
}
