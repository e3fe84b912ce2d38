// A block of x, lifted; the indices are columns.
// needs: a monoid, fetches of x, rows of x, io/row, math/special, monoid/argmax
// provides: a block (ABSENT, fetch_block), a lift (lift_block), a beginning (begin)
const ABSENT = NEGATIVE_INFINITE;

fn begin(row: Row) {}

fn lift_block(row: Row, block: u32) -> Acc {
  var best = EMPTY;
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let v = vector_at(row, block, k);
    let live = live_at(row, v);
    for (var j = 0u; j < 4u; j++) {
      if (live[j]) {
        best = merge(best, Acc(order_key(block_x[k][j]), 4u * v + j - row.start));
      }
    }
  }
  return best;
}

fn fetch_block(row: Row, block: u32) {
  fetch_x(row, block);
}
