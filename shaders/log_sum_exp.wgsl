// Log-sum-exp of each row: y = m + log Σ exp(x_j - m) with m = max x. A row of only -inf gives -inf; NaN or +inf gives
// NaN.
// needs: a fold, a row's total, an axis, single writes of y, io/row, math/log, math/special
// provides: what is kept (KEEPS_EXPONENTIALS)
@compute @workgroup_size(WORKGROUP_SIZE)
fn log_sum_exp(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  if (speaks_for(row)) {
    let broken = (all.flags & (SAW_NAN | SAW_INFINITY)) != 0u;
    let value = select(all.m + log_of(max(all.d, 1.0)), negative_infinity(), all.d == 0.0);
    put1_y(row.index, select(bitcast<u32>(value), params.nan_bits, broken));
  }
}

const KEEPS_EXPONENTIALS = false;
