// Log-softmax of each row: y_j = (x_j - m) - log Σ_k exp(x_k - m) with m = max x. In this order a common offset of x
// costs no accuracy. A row with NaN or +inf is NaN; a row of only -inf gets the value that the host gives (empty_bits).
// needs: a fold, a row's total, an axis, falling exponentials, rows into y, rows of x, io/row, io/row_write, math/log,
//   math/special
// provides: an outcome (Outcome, write_block, READS_AGAIN), what is kept (KEEPS_EXPONENTIALS)
struct Params {
  empty_bits: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn log_softmax_forward(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  let broken = (all.flags & (SAW_NAN | SAW_INFINITY)) != 0u;
  let replacement = bitcast<f32>(select(params.empty_bits, params.nan_bits, broken));
  write_row(row, Outcome(all.m, log_of(max(all.d, 1.0)), broken || all.d == 0.0, replacement));
}

struct Outcome {
  m: f32,
  log_d: f32,
  replaced: bool, // the row has no softmax, and one value fills it
  replacement: f32,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let x = comparable(block_x[k]);
    let y = (value_of(x) - o.m) - o.log_d;
    let finite = select(y, vec4f(negative_infinity()), x == vec4u(NOTHING));
    store4_y(row, vector_at(row, b, k), select(finite, vec4f(o.replacement), o.replaced), whole);
  }
}

const KEEPS_EXPONENTIALS = false;
const READS_AGAIN = true;
