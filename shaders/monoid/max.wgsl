// The largest order key, as an integer (see max_forward.wgsl): exact, NaN and infinities included.
// provides: a monoid (Acc, EMPTY, merge)
alias Acc = u32;

const EMPTY = 0u;

fn merge(a: Acc, b: Acc) -> Acc {
  return max(a, b);
}
