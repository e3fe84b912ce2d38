// dx_e = Σ dy_o over the windows o whose first maximum is entry e: a lane looks through each window over its entries again,
// and sums in the order of windows.
struct Params {
  size: u32,
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  x_origin: u32,
  dy_origin: u32,
  dx_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

// Of equals, -0 and 0 among them, the first is the maximum; of NaNs as well.
fn ordered(keys: vec4u) -> vec4u {
  return select(keys, vec4u(0x80000000u), keys == vec4u(0x7fffffffu));
}

// Whether entries are their windows' first maxima.
fn lead(spots: Spots, own: vec4u, cover: Cover) -> vec4<bool> {
  var first = cover.exists;
  for (var h = 0u; h < ROWS; h++) {
    if (!any(first)) {
      break;
    }
    let y = cover.windows.top + h;
    for (var w = 0u; w < SIZE_W; w++) {
      let keys = ordered(keys_in(cover.windows, h, w));
      let before = (y < spots.y) | ((y == spots.y) & (cover.windows.left + w < spots.x));
      first = first & ((keys < own) | ((keys == own) & !before));
    }
  }
  return first;
}

@compute @workgroup_size(WIDTH)
fn max_pool2d_backward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let v = first_vector(lane, group, groups);
  if (4u * v >= params.size) {
    return;
  }
  let spots = spots_of(entries_at(v));
  let own = ordered(keys_in(Windows(spots.plane, spots.y, spots.x), 0u, 0u));
  var total = NOTHING;
  for (var a = 0u; a < COVER_H; a++) {
    var row = NOTHING;
    for (var b = 0u; b < COVER_W; b++) {
      let cover = cover_of(spots, a, b);
      row = plus(row, gradients_of(cover, lead(spots, own, cover)));
    }
    total = merged(total, row);
  }
  put4_dx(4u * v, bits_of(total), live_at(v));
}
