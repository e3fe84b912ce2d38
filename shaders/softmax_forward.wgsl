// Softmax of each row: y_j = exp(x_j - m) / Σ_k exp(x_k - m), m = max x. A row with NaN or +inf is NaN; one of nothing
// but -inf is what the host asked for (empty_bits).
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
fn softmax_forward(lane: Lane) {
  let row = row_of(lane);
  let all = team_fold(fold_row(row), lane);
  let scale = 1.0 / max(all.d, 1.0);
  // One value replaces the whole row where the row has no softmax.
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
      let e = exp4(select(vec4f(LOWEST), bitcast<vec4f>(bits), finite) - all.m);
      let y = select(vec4f(0.0), e * scale, finite);
      if (any(live)) {
        store4_y(v, select(y, vec4f(replacement), replaced), live);
      }
    }
  }
}
