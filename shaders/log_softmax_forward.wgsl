// Log-softmax of each row: y_j = (x_j - m) - log Σ_k exp(x_k - m), m = max x: in this order a common offset of x costs
// no digit. A row with NaN or +inf is NaN; one of nothing but -inf is what the host asked for (empty_bits).
struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
  x_origin: u32,
  y_origin: u32,
  empty_bits: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(WIDTH)
fn log_softmax_forward(lane: Lane) {
  let row = row_of(lane);
  let all = team_fold(fold_row(row), lane);
  let log_d = log_of(max(all.d, 1.0));
  let broken = (all.flags & (SAW_NAN | SAW_INFINITY)) != 0u;
  let replaced = broken || all.d == 0.0;
  let replacement = bitcast<f32>(select(params.empty_bits, params.nan_bits, broken));
  let blocks = blocks_of(row);
  for (var b = 0u; b < blocks; b++) {
    fetch_again_x(row, b);
    for (var k = 0u; k < BLOCK; k++) {
      let v = vector_at(row, b, k);
      let live = live_at(row, v);
      let bits = block_x[k];
      let finite = (bits & vec4u(MAGNITUDE)) < vec4u(INFINITE);
      let x = select(vec4f(all.m), bitcast<vec4f>(bits), finite);
      let y = select(vec4f(negative_infinity()), (x - all.m) - log_d, finite);
      if (any(live)) {
        store4_y(v, select(y, vec4f(replacement), replaced), live);
      }
    }
  }
}
