// Two sums at once. A bit of `broken` says that the first or the second has a non-finite term.
// needs: channels/value
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  first: Value,
  second: Value,
  broken: Flags,
}

const EMPTY = Acc(Value(0.0), Value(0.0), Flags(0u));
const FIRST_BROKEN = 1u;
const SECOND_BROKEN = 2u;

fn merge(a: Acc, b: Acc) -> Acc {
  return Acc(a.first + b.first, a.second + b.second, a.broken | b.broken);
}
