// Arg max of each row: the column of the first NaN, or else of the first of the largest values.
// needs: a fold, a row's total, an axis, single writes of y, io/row
@compute @workgroup_size(WORKGROUP_SIZE)
fn argmax(lane: Lane) {
  let row = row_of(lane);
  let best = total_of(row, lane);
  if (speaks_for(row)) {
    put1_y(row.index, best.index);
  }
}
