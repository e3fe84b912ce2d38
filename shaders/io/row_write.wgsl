// The pass after the fold, which applies the result of the fold (Outcome) to every block of the row.
// needs: a block, an outcome, io/row
fn write_row(row: Row, outcome: Outcome) {
  if (IN_REGISTERS) {
    if (row.first < row.end) {
      write_one(row, 0u, outcome);
    }
    return;
  }
  let blocks = blocks_of(row);
  for (var b = 0u; b < blocks; b++) {
    if (READS_AGAIN) {
      fetch_block(row, b);
    }
    write_one(row, b, outcome);
  }
}

fn write_one(row: Row, b: u32, outcome: Outcome) {
  if (is_whole(row, b)) {
    write_block(row, b, outcome, true);
  } else {
    write_block(row, b, outcome, false);
  }
}
