// Cross-entropy of each row of logits x with its targets q: loss = Σ_c q_c · (log Σ exp x - x_c). Another dispatch sums
// or averages the rows.
// needs: a fold, a row's total, an axis, io/row, math/cross_entropy
// provides: what is kept (KEEPS_EXPONENTIALS)
@group(0) @binding(0) var<storage, read_write> losses: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn cross_entropy_forward(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  if (speaks_for(row)) {
    losses[params.losses_origin + row.index] = loss_of(all).loss;
  }
}

const KEEPS_EXPONENTIALS = false;
