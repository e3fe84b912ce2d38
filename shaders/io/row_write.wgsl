// The pass after the fold: what the fold came to (Outcome) goes into every block of the row.
fn write_row(row: Row, outcome: Outcome) {
  let blocks = blocks_of(row);
  for (var b = 0u; b < blocks; b++) {
    if (READS_AGAIN && !HELD) {
      fetch_block(row, b);
    }
    if (is_whole(row, b)) {
      write_block(row, b, outcome, true);
    } else {
      write_block(row, b, outcome, false);
    }
  }
}
