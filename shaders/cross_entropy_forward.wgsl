// Cross-entropy of each row of logits x with its targets q: loss = Σ_c q_c · (log Σ exp x - x_c), a row at a time;
// sums and means over rows are another dispatch's.
struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
  slices: u32,
  slice_cols: u32,
  has_ignored: u32,
  ignored: i32,
  smoothing: f32,
  logits_origin: u32,
  targets_origin: u32,
  weight_origin: u32,
  losses_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read_write> losses: array<f32>;

const KEEPS_EXPONENTIALS = false;

@compute @workgroup_size(WIDTH)
fn cross_entropy_forward(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  if (speaks_for(row)) {
    losses[params.losses_origin + row.index] = loss_of(all).loss;
  }
}
