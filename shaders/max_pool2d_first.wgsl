// firsts_o = the place in x of the first maximum of window o. Equal values, including -0 and 0, give the first of them,
// and so do NaNs.
// needs: writes of firsts, math/elements, pool/keys, pool/windows
@compute @workgroup_size(WORKGROUP_SIZE)
fn max_pool2d_first(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let v = first_vector(lane, group, groups);
  if (4u * v >= params.size) {
    return;
  }
  let windows = windows_of(elements_at(v));
  var top = vec4u(0u);
  var first = vec4u(0u);
  for (var h = 0u; h < ROWS; h++) {
    for (var w = 0u; w < SIZE_W; w++) {
      let keys = ordered(keys_in(windows, h, w));
      first = select(first, place_in(windows.plane, windows.top + h, windows.left + w), keys > top);
      top = max(top, keys);
    }
  }
  put4_firsts(4u * v, first, live_at(v));
}

// -0 and 0 are equal.
fn ordered(keys: vec4u) -> vec4u {
  return select(keys, vec4u(0x80000000u), keys == vec4u(0x7fffffffu));
}
