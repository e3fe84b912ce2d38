// The gradient of nll_loss_forward for log-probabilities: dx_c = -g · q_c with g of targets/gradient_scale. It does not
// depend on the values of the log-probabilities.
// needs: a fold, an axis, fetches of targets, rows into gradient, targets, io/row, io/row_write, math/special,
//   targets/gradient_scale, targets/wanted
// provides: a block (ABSENT, fetch_block), an outcome (Outcome, write_block, READS_AGAIN)
@compute @workgroup_size(WORKGROUP_SIZE)
fn nll_loss_backward(lane: Lane) {
  let row = row_of(lane);
  wanted = wanted_of(row);
  if (IN_REGISTERS) {
    fetch_block(row, 0u);
  }
  write_row(row, Outcome(gradient_scale(row), is_idle()));
}

struct Outcome {
  g: f32,
  idle: bool,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let v = vector_at(row, b, k);
    let is_label = 4u * v + IOTA == vec4u(wanted.element);
    var q = select(vec4f(0.0), vec4f(wanted.hard), is_label);
    if (SPREAD) {
      q += spread_at(row, b, k);
    }
    let dx = select(-o.g * q, vec4f(nan()), wanted.state == FAULTY);
    store4_gradient(row, v, select(dx, vec4f(0.0), o.idle), whole);
  }
}

fn fetch_block(row: Row, b: u32) {
  fetch_targets(row, b);
}

const ABSENT = NEGATIVE_INFINITE;
const READS_AGAIN = true;
