// The gradient and the loss of cross-entropy together, with one read and one write of a row in registers. With p =
// softmax(x) and Q = Σ q,
//   dx_c = g · (p_c·Q - q_c),   g = scale · upstream / (divisor · denominator),
// or with ONLY_EXPECTED its first term, g · p_c·Q. At the label p - 1 is computed as -rest (math/cross_entropy). The
// gradient may replace the logits.
// needs: a fold, a place for losses, a row's total, an axis, falling exponentials, rows into gradient, rows of logits,
//   targets, io/row, io/row_write, math/cross_entropy, math/special, monoid/exponentials, targets/gradient_scale,
//   targets/wanted
// provides: an outcome (Outcome, write_block, READS_AGAIN), what is kept (KEEPS_EXPONENTIALS)
@compute @workgroup_size(WORKGROUP_SIZE)
fn cross_entropy_backward(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  let loss = loss_of(all);
  keep_loss(row, lane, loss.loss);
  let g = gradient_scale(row);
  let idle = is_idle();
  let factor = loss.scale * (wanted.hard + all.w) * g;
  let label = (loss.label_p * all.w + wanted.hard * select(-loss.rest, loss.label_p, ONLY_EXPECTED)) * g;
  write_row(row, Outcome(all.m, factor, g, label, loss.broken || idle, select(nan(), 0.0, idle)));
}

struct Outcome {
  m: f32,
  factor: f32, // multiplies exp(x - m) in the gradient
  g: f32,
  label: f32, // gradient at the label
  replaced: bool, // one value fills the row
  replacement: f32,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  let has_label = b == block_with(row, wanted.element);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let v = vector_at(row, b, k);
    let bits = block_logits[k];
    var e = bitcast<vec4f>(bits);
    if (!KEEPS_EXPONENTIALS) {
      e = exponential4(comparable(bits), o.m);
    }
    var dx = e * o.factor;
    if (SPREAD && !ONLY_EXPECTED) {
      dx -= spread_at(row, b, k) * o.g;
    }
    if (has_label) {
      dx = select(dx, vec4f(o.label), 4u * v + IOTA == vec4u(wanted.element));
    }
    store4_gradient(row, v, select(dx, vec4f(o.replacement), o.replaced), whole || is_inside(k));
  }
}

const KEEPS_EXPONENTIALS = IN_REGISTERS && !SPREAD;
const READS_AGAIN = true;
