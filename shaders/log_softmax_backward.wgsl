// Log-softmax's gradient in each row: dx_j = dy_j - exp(y_j) · Σ_k dy_k. NaN or +inf in y, or anything not finite in
// dy, makes the row NaN; y = -inf is a probability of 0.
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
    let dy = select(vec4u(0u), block_dy[k], live);
    let broken = flags_of4(dy);
    flags |= broken | (flags_of4(block_y[k]) & (SAW_NAN | SAW_INFINITY));
    s += select(bitcast<vec4f>(dy), vec4f(0.0), broken != 0u);
  }
  return Acc((s.x + s.y) + (s.z + s.w), flags);
}

fn fetch_block(row: Row, b: u32) {
  fetch_y(row, b);
  fetch_dy(row, b);
}

@compute @workgroup_size(WIDTH)
fn log_softmax_backward(lane: Lane) {
  let row = row_of(lane);
  let all = team_fold(fold_row(row), lane);
  let blocks = blocks_of(row);
  for (var b = 0u; b < blocks; b++) {
    fetch_again_y(row, b);
    fetch_again_dy(row, b);
    for (var k = 0u; k < BLOCK; k++) {
      let v = vector_at(row, b, k);
      let live = live_at(row, v);
      let finite = (block_y[k] & vec4u(MAGNITUDE)) < vec4u(INFINITE);
      let p = select(vec4f(0.0), exp4(select(vec4f(0.0), bitcast<vec4f>(block_y[k]), finite)), finite);
      let dx = bitcast<vec4f>(block_dy[k]) - p * all.s;
      if (any(live)) {
        store4_dx(v, select(dx, vec4f(nan()), all.flags != 0u), live);
      }
    }
  }
}
