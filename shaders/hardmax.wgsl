// Hard max of each row: 1 at the column of its arg max, 0 elsewhere.
struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
  x_origin: u32,
  y_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(WIDTH)
fn hardmax(lane: Lane) {
  let row = row_of(lane);
  let best = team_fold(fold_row(row), lane);
  let blocks = blocks_of(row);
  for (var b = 0u; b < blocks; b++) {
    for (var k = 0u; k < BLOCK; k++) {
      let v = vector_at(row, b, k);
      let live = live_at(row, v);
      if (any(live)) {
        let columns = 4u * v + IOTA - row.first;
        store4_y(v, select(vec4f(0.0), vec4f(1.0), columns == vec4u(best.index)), live);
      }
    }
  }
}
