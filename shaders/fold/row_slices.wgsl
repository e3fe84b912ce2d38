// The fold of a row in the second of two dispatches. Every team folds the partial values of all teams of its row, of
// which there are at most MOST_SLICES.
// needs: a beginning, a fold, a monoid, io/row
// provides: a row's total (total_of)
@group(0) @binding(0) var<storage, read> partials: array<Acc>;

fn total_of(row: Row, lane: Lane) -> Acc {
  begin(row);
  var mine = EMPTY;
  for (var k = 0u; k < (MOST_SLICES + (LANES_PER_ROW - 1u)) / LANES_PER_ROW; k++) {
    let slice = k * LANES_PER_ROW + row.seat;
    if (slice < params.slices && row.index < params.rows) {
      mine = merge(mine, partials[row.index * params.slices + slice]);
    }
  }
  return team_fold(mine, lane);
}
