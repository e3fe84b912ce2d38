// dx_e = Σ dy_o / n_o over the windows o that contain element e, in window order. n_o is the number of places that
// count in window o.
// needs: writes of dx, elementwise/classes, math/elements, pool/counts, pool/covers, pool/sums, pool/windows
@compute @workgroup_size(WORKGROUP_SIZE)
fn average_pool2d_backward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let v = first_vector(lane, group, groups);
  if (4u * v >= params.size) {
    return;
  }
  let spots = spots_of(elements_at(v));
  var total = NOTHING;
  for (var a = 0u; a < COVER_H; a++) {
    var row = NOTHING;
    for (var b = 0u; b < COVER_W; b++) {
      let cover = cover_of(spots, a, b);
      row = plus(row, shares_of(cover));
    }
    total = merged(total, row);
  }
  put4_dx(4u * v, bits_of(total), live_at(v));
}

// The part of a window's gradient that each of its places receives. A non-finite gradient is passed on undivided.
fn shares_of(cover: Cover) -> vec4u {
  let bits = gradients_of(cover, cover.exists);
  let counts = select(vec4f(1.0), counts_of(cover.windows), cover.exists);
  return select(bits, bitcast<vec4u>(finite_of(bits) / counts), are_finite(bits));
}
