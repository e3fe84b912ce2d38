// Sum: Σ x over what was finite, and what was not.
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  s: f32,
  flags: u32,
}

const EMPTY = Acc(0.0, 0u);

fn merge(a: Acc, b: Acc) -> Acc {
  return Acc(a.s + b.s, a.flags | b.flags);
}
