// Arg max: the order key of the largest value and the first index that has it. Keys order floats as integers, with -0
// equal to +0 and NaN above everything, so the first NaN wins. The key of EMPTY is below that of -inf.
// needs: math/special
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  key: u32,
  index: u32,
}

const EMPTY = Acc(0u, 0xffffffffu);

fn order_key(bits: u32) -> u32 {
  if (is_nan(bits)) {
    return 0xffffffffu;
  }
  if ((bits & MAGNITUDE) == 0u) {
    return 0x80000000u;
  }
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

fn merge(a: Acc, b: Acc) -> Acc {
  let a_wins = a.key > b.key || (a.key == b.key && a.index <= b.index);
  return Acc(max(a.key, b.key), select(b.index, a.index, a_wins));
}
