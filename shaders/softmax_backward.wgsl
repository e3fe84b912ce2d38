// The gradient of softmax in each row: dx_j = y_j · (dy_j - Σ_k y_k·dy_k). A non-finite value in a row makes the row
// NaN.
// needs: a fold, a monoid, a row's total, an axis, fetches of dy, fetches of y, rows into dx, rows of dy, rows of y, io/row,
//   io/row_write, math/special
// provides: a block (ABSENT, fetch_block), a lift (lift_block), a beginning (begin),
//   an outcome (Outcome, write_block, READS_AGAIN)
@compute @workgroup_size(WORKGROUP_SIZE)
fn softmax_backward(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  write_row(row, Outcome(all.s, all.flags != 0u));
}

const ABSENT = 0u;

fn begin(row: Row) {}

fn lift_block(row: Row, b: u32) -> Acc {
  var s = vec4f(0.0);
  var high = vec4u(0u);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    s += bitcast<vec4f>(block_y[k]) * bitcast<vec4f>(block_dy[k]);
    high = max(high, max(block_y[k] & vec4u(MAGNITUDE), block_dy[k] & vec4u(MAGNITUDE)));
  }
  return Acc((s.x + s.y) + (s.z + s.w), select(0u, SAW_NAN, any(high >= vec4u(INFINITE))));
}

fn fetch_block(row: Row, b: u32) {
  fetch_y(row, b);
  fetch_dy(row, b);
}

struct Outcome {
  s: f32, // Σ y·dy
  broken: bool,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let dx = bitcast<vec4f>(block_y[k]) * (bitcast<vec4f>(block_dy[k]) - o.s);
    store4_dx(row, vector_at(row, b, k), select(dx, vec4f(nan()), o.broken), whole);
  }
}

const READS_AGAIN = true;
