// moved = keep·running + weight·value, in place of `running`; NaN where either is non-finite.
// needs: reads of running, reads of value, single writes of moved, math/special
struct Params {
  size: u32,
  keep: f32,
  weight: f32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_running(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let c = (group.x + group.y * groups.x) * WORKGROUP_SIZE + lane;
  if (c < params.size) {
    let old = one_running(c);
    let new_value = one_value(c);
    let moved = params.keep * bitcast<f32>(old) + params.weight * bitcast<f32>(new_value);
    let healthy = is_finite(old) && is_finite(new_value);
    put1_moved(c, select(params.nan_bits, bitcast<u32>(moved), healthy));
  }
}
