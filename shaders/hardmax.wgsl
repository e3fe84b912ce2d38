// Hard max of each row: 1 at the column of its arg max, 0 elsewhere.
// needs: a fold, a row's total, an axis, rows into y, io/row, io/row_write
// provides: an outcome (Outcome, write_block, READS_AGAIN)
@compute @workgroup_size(WORKGROUP_SIZE)
fn hardmax(lane: Lane) {
  let row = row_of(lane);
  write_row(row, Outcome(total_of(row, lane).index));
}

struct Outcome {
  column: u32,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let v = vector_at(row, b, k);
    let columns = 4u * v + IOTA - row.start;
    store4_y(row, v, select(vec4f(0.0), vec4f(1.0), columns == vec4u(o.column)), whole);
  }
}

const READS_AGAIN = false; // the place of the largest value is all that is needed
