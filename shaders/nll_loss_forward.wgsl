// Σ_c q_c · cost(x_c) in each row with targets q: the negative log-likelihood of log-probabilities (cost = -x), or the
// cross-entropy of probabilities (cost = -log x). A class with q = 0 costs nothing, whatever its x.
// needs: a cost, a fold, a monoid, a place for losses, a row's total, an axis, fetches of logits, fetches of targets, rows of logits, targets,
//   io/row, math/special, targets/wanted
// provides: a block (ABSENT, fetch_block), a lift (lift_block), a beginning (begin)
@compute @workgroup_size(WORKGROUP_SIZE)
fn nll_loss_forward(lane: Lane) {
  let row = row_of(lane);
  var all = EMPTY;
  if (SPREAD) {
    all = total_of(row, lane);
  } else {
    begin(row);
  }
  if (speaks_for(row) && wanted.element != NOWHERE) {
    all = merge(all, lift(wanted.hard, cost_of(load1_logits(wanted.element))));
  }
  let total = select(all.s, bitcast<f32>(bits_of_flags(all.flags)), all.flags != 0u);
  let loss = select(total, nan(), wanted.state == FAULTY);
  keep_loss(row, lane, select(loss, 0.0, wanted.state == IGNORED));
}

fn lift(q: f32, cost: u32) -> Acc {
  if (q == 0.0) {
    return EMPTY;
  }
  if (!is_finite(bitcast<u32>(q))) {
    return Acc(0.0, SAW_NAN);
  }
  if (!is_finite(cost)) {
    return Acc(0.0, flags_of(cost ^ (bitcast<u32>(q) & 0x80000000u)));
  }
  return Acc(q * bitcast<f32>(cost), 0u);
}

fn begin(row: Row) {
  wanted = wanted_of(row);
}

fn lift_block(row: Row, b: u32) -> Acc {
  var all = EMPTY;
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let q = spread_at(row, b, k);
    for (var j = 0u; j < 4u; j++) {
      all = merge(all, lift(q[j], cost_of(block_logits[k][j])));
    }
  }
  return all;
}

const ABSENT = NEGATIVE_INFINITE;

fn fetch_block(row: Row, b: u32) {
  fetch_logits(row, b);
  fetch_targets(row, b);
}
