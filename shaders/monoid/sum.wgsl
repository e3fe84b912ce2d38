// Sum: Σ x over the finite terms, and flags of the non-finite ones.
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  s: f32,
  flags: u32,
}

const EMPTY = Acc(0.0, 0u);

fn merge(a: Acc, b: Acc) -> Acc {
  return Acc(a.s + b.s, a.flags | b.flags);
}
