// y_o = max x_e over the elements e of window o, compared as keys; NaN where there is one.
// needs: keys, writes of y, math/elements, pool/keys, pool/windows
@compute @workgroup_size(WORKGROUP_SIZE)
fn max_pool2d_forward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let v = first_vector(lane, group, groups);
  if (4u * v >= params.size) {
    return;
  }
  let windows = windows_of(elements_at(v));
  var top = vec4u(0u);
  for (var h = 0u; h < ROWS; h++) {
    for (var w = 0u; w < SIZE_W; w++) {
      top = max(top, keys_in(windows, h, w));
    }
  }
  put4_y(4u * v, values_of(top), live_at(v));
}
