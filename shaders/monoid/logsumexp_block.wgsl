// A block of x, lifted.
// needs: a monoid, fetches of x, io/row, math/special, monoid/exponentials
// provides: a block (ABSENT, fetch_block), a lift (lift_block), a lift in two steps (highest_of_block, lift_below),
//   a beginning (begin)
const ABSENT = NEGATIVE_INFINITE; // a masked element counts as -inf, which adds nothing

fn begin(row: Row) {}

fn lift_block(row: Row, block: u32) -> Acc {
  return lift_below(row, block, highest_x());
}

fn highest_of_block() -> Highest {
  return highest_x();
}

fn lift_below(row: Row, block: u32, highest: Highest) -> Acc {
  return Acc(highest.m, sum_x(highest.m), highest.flags);
}

fn fetch_block(row: Row, block: u32) {
  fetch_x(row, block);
}
