// The loss of each row.
// needs: a fold, io/row
// provides: a place for losses (keep_loss)
@group(0) @binding(0) var<storage, read_write> losses: array<f32>;

fn keep_loss(row: Row, lane: Lane, loss: f32) {
  if (speaks_for(row)) {
    losses[params.losses_origin + row.index] = loss;
  }
}
