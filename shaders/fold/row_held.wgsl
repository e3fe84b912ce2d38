// The fold of a row in registers by one team that has all of it: first the largest element, then sums relative to it, so
// that nothing is rescaled when lanes merge.
// needs: a beginning, a block, a fold, a lift in two steps, a monoid, io/row
// provides: a row's total (total_of)
fn total_of(row: Row, lane: Lane) -> Acc {
  begin(row);
  fetch_block(row, 0u);
  var highest = highest_of_block();
  highest.m = team_max(highest.m, lane);
  return team_fold(lift_below(row, 0u, highest), lane);
}
