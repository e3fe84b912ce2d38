// The fold of a row by one team that has all of it.
// needs: a beginning, a fold, a monoid, fold/nested, io/row
// provides: a row's total (total_of)
fn total_of(row: Row, lane: Lane) -> Acc {
  begin(row);
  return team_fold(fold_row(row), lane);
}
