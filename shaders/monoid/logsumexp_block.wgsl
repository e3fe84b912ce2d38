// A block of x, lifted.
// needs: a monoid, fetches of x, io/row, math/special, monoid/exponentials
// provides: a block (ABSENT, fetch_block), a lift (lift_block), a beginning (begin)
const ABSENT = NEGATIVE_INFINITE; // a masked element counts as -inf, which adds nothing

fn begin(row: Row) {}

fn lift_block(row: Row, block: u32) -> Acc {
  let highest = highest_x();
  return Acc(highest.m, sum_x(highest.m), highest.flags);
}

fn fetch_block(row: Row, block: u32) {
  fetch_x(row, block);
}
