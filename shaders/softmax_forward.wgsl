// Softmax of each row: y_j = exp(x_j - m) / Σ_k exp(x_k - m) with m = max x. A row with NaN or +inf is NaN; a row of
// only -inf gets the value that the host gives (empty_bits).
// needs: a fold, a row's total, an axis, falling exponentials, rows into y, rows of x, io/row,
//   io/row_write, math/special, monoid/exponentials
// provides: an outcome (Outcome, write_block, READS_AGAIN), what is kept (KEEPS_EXPONENTIALS)
struct Params {
  empty_bits: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn softmax_forward(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  let broken = (all.flags & (SAW_NAN | SAW_INFINITY)) != 0u;
  let replacement = bitcast<f32>(select(params.empty_bits, params.nan_bits, broken));
  let scale = 1.0 / max(all.d, 1.0);
  write_row(row, Outcome(all.m, scale, broken || all.d == 0.0, replacement));
}

struct Outcome {
  m: f32,
  scale: f32, // 1 / Σ exp(x - m)
  replaced: bool, // the row has no softmax, and one value fills it
  replacement: f32,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    var e = bitcast<vec4f>(block_x[k]);
    if (!KEEPS_EXPONENTIALS) {
      e = exponential4(comparable(block_x[k]), o.m);
    }
    let y = e * o.scale;
    store4_y(row, vector_at(row, b, k), select(y, vec4f(o.replacement), o.replaced), whole || is_inside(k));
  }
}

const KEEPS_EXPONENTIALS = IN_REGISTERS;
const READS_AGAIN = true;
