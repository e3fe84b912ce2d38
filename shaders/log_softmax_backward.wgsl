// The gradient of log-softmax in each row: dx_j = dy_j - exp(y_j) · Σ_k dy_k. NaN or +inf in y, or a non-finite dy,
// makes the row NaN. y = -inf is a probability of 0.
// needs: a fold, a monoid, a row's total, an axis, an exponential, fetches of dy, fetches of y, rows into dx,
//   rows of dy, rows of y, io/row, io/row_write, math/special
// provides: a block (ABSENT, fetch_block), a lift (lift_block), a beginning (begin),
//   an outcome (Outcome, write_block, READS_AGAIN)
@compute @workgroup_size(WORKGROUP_SIZE)
fn log_softmax_backward(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  write_row(row, Outcome(all.s, all.flags != 0u));
}

const ABSENT = 0u;

fn begin(row: Row) {}

fn lift_block(row: Row, b: u32) -> Acc {
  var s = vec4f(0.0);
  var high = vec4u(0u);
  var high_y = vec4u(0u);
  var highest_y = vec4i(LEAST_I32);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    s += bitcast<vec4f>(block_dy[k]);
    high = max(high, block_dy[k] & vec4u(MAGNITUDE));
    high_y = max(high_y, block_y[k]);
    highest_y = max(highest_y, bitcast<vec4i>(block_y[k]));
  }
  let broken = any(high >= vec4u(INFINITE))
    || (flags_among(high_y, highest_y) & (SAW_NAN | SAW_INFINITY)) != 0u;
  return Acc((s.x + s.y) + (s.z + s.w), select(0u, SAW_NAN, broken));
}

fn fetch_block(row: Row, b: u32) {
  fetch_y(row, b);
  fetch_dy(row, b);
}

struct Outcome {
  s: f32, // Σ dy
  broken: bool,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let dx = bitcast<vec4f>(block_dy[k]) - exp4(bounded(block_y[k])) * o.s;
    store4_dx(row, vector_at(row, b, k), select(dx, vec4f(nan()), o.broken), whole);
  }
}

const READS_AGAIN = true;
