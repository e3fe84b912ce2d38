// Each lane folds its part of a row, one block at a time (fetch_block, lift_block). 16 blocks make an inner value, and
// 16 inner values a middle one. No sum has more than 256 serial additions while a lane has fewer than 2^20 elements.
// needs: a block, a lift, a monoid, io/row
fn fold_row(row: Row) -> Acc {
  if (IN_REGISTERS) { // one block, so there is nothing to merge
    fetch_block(row, 0u);
    return lift_block(row, 0u);
  }
  var outer = EMPTY;
  var middle = EMPTY;
  var inner = EMPTY;
  let blocks = blocks_of(row);
  for (var b = 0u; b < blocks; b++) {
    fetch_block(row, b);
    inner = merge(inner, lift_block(row, b));
    if (b % 16u == 15u) {
      middle = merge(middle, inner);
      inner = EMPTY;
      if (b % 256u == 255u) {
        outer = merge(outer, middle);
        middle = EMPTY;
      }
    }
  }
  return merge(outer, merge(middle, inner));
}
