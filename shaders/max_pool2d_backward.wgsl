// dx_e = Σ dy_o over the windows o whose first maximum is element e (max_pool2d_first). Each lane checks the windows
// over its elements and sums in window order, whatever the schedule.
// needs: reads of firsts, writes of dx, math/elements, pool/covers, pool/sums, pool/windows
@compute @workgroup_size(WORKGROUP_SIZE)
fn max_pool2d_backward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let v = first_vector(lane, group, groups);
  if (4u * v >= params.size) {
    return;
  }
  let own = elements_at(v);
  let spots = spots_of(own);
  var total = NOTHING;
  for (var a = 0u; a < COVER_H; a++) {
    var row = NOTHING;
    for (var b = 0u; b < COVER_W; b++) {
      let cover = cover_of(spots, a, b);
      row = plus(row, gradients_of(cover, cover.exists & (firsts_of(cover) == own)));
    }
    total = merged(total, row);
  }
  put4_dx(4u * v, bits_of(total), live_at(v));
}

fn firsts_of(cover: Cover) -> vec4u {
  let at = select(vec4u(0u), cover.at, cover.exists);
  return vec4u(one_firsts(at.x), one_firsts(at.y), one_firsts(at.z), one_firsts(at.w));
}
