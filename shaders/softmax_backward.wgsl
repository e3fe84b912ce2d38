// Softmax's gradient in each row: dx_j = y_j · (dy_j - Σ_k y_k·dy_k). Anything not finite in a row makes it NaN.
struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
  y_origin: u32,
  dy_origin: u32,
  dx_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

fn lift_block(row: Row, b: u32) -> Acc {
  var s = vec4f(0.0);
  var flags = 0u;
  for (var k = 0u; k < BLOCK; k++) {
    let live = live_at(row, vector_at(row, b, k));
    let y = select(vec4u(0u), block_y[k], live);
    let dy = select(vec4u(0u), block_dy[k], live);
    let broken = flags_of4(y) | flags_of4(dy);
    flags |= broken;
    s += select(bitcast<vec4f>(y) * bitcast<vec4f>(dy), vec4f(0.0), broken != 0u);
  }
  return Acc((s.x + s.y) + (s.z + s.w), flags);
}

fn fetch_block(row: Row, b: u32) {
  fetch_y(row, b);
  fetch_dy(row, b);
}

@compute @workgroup_size(WIDTH)
fn softmax_backward(lane: Lane) {
  let row = row_of(lane);
  let all = team_fold(fold_row(row), lane);
  let blocks = blocks_of(row);
  for (var b = 0u; b < blocks; b++) {
    fetch_again_y(row, b);
    fetch_again_dy(row, b);
    for (var k = 0u; k < BLOCK; k++) {
      let v = vector_at(row, b, k);
      let live = live_at(row, v);
      let dx = bitcast<vec4f>(block_y[k]) * (bitcast<vec4f>(block_dy[k]) - all.s);
      if (any(live)) {
        store4_dx(v, select(dx, vec4f(nan()), all.flags != 0u), live);
      }
    }
  }
}
