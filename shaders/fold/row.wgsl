// A row's fold where one team has all of it.
fn total_of(row: Row, lane: Lane) -> Acc {
  begin(row);
  return team_fold(fold_row(row), lane);
}
