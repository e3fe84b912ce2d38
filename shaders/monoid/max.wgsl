// Maximum, as integers in the order of what they stand for (see max_forward.wgsl): exact, NaN and infinities included.
// provides: a monoid (Acc, EMPTY, merge)
alias Acc = u32;

const EMPTY = 0u;

fn merge(a: Acc, b: Acc) -> Acc {
  return max(a, b);
}
