// Cross-entropy of each row of logits x with its targets q: loss = Σ_c q_c · (log Σ exp x - x_c). Another dispatch sums
// or averages the rows.
// needs: a fold, a place for losses, a row's total, an axis, math/cross_entropy
// provides: what is kept (KEEPS_EXPONENTIALS)
@compute @workgroup_size(WORKGROUP_SIZE)
fn cross_entropy_forward(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  keep_loss(row, lane, loss_of(all).loss);
}

const KEEPS_EXPONENTIALS = false;
