// y_o = Σ x_e / n over the elements e of window o, where n is the number of places that count. A window with NaN or
// with infinities of both signs gives NaN; one with infinities of one sign gives that infinity.
// needs: writes of y, math/elements, pool/counts, pool/elements, pool/sums, pool/windows
@compute @workgroup_size(WORKGROUP_SIZE)
fn average_pool2d_forward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let v = first_vector(lane, group, groups);
  if (4u * v >= params.size) {
    return;
  }
  let windows = windows_of(elements_at(v));
  var total = NOTHING;
  for (var h = 0u; h < ROWS; h++) {
    var row = NOTHING;
    for (var w = 0u; w < SIZE_W; w++) {
      row = plus(row, elements_of(windows, h, w).bits);
    }
    total = merged(total, row);
  }
  total.finite /= counts_of(windows);
  put4_y(4u * v, bits_of(total), live_at(v));
}
