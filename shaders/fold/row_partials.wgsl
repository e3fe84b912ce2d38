// The first of two dispatches over rows that several teams share. Each team folds its slice.
// needs: a fold, a monoid, a row's total, an axis, io/row, io/slices_axis
@group(0) @binding(0) var<storage, read_write> partials: array<Acc>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn row_partials(lane: Lane) {
  let row = row_of(lane);
  let mine = total_of(row, lane);
  if (row.seat == 0u && row.index < params.rows) {
    partials[slice_index(lane)] = mine;
  }
}
