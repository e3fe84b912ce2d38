// Log-sum-exp: for a set of x, the pair m = max x and d = Σ exp(x - m), and flags of the non-finite values (Milakov and
// Gimelshein, arXiv 1805.02867, with one rescale per block). -inf and masked elements add nothing; d = 0 means that
// there were no others.
// needs: an exponential, math/special
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  m: f32,
  d: f32,
  flags: u32,
}

const EMPTY = Acc(LOWEST, 0.0, 0u);

fn merge(a: Acc, b: Acc) -> Acc {
  if (IN_REGISTERS) { // both have the row's m, or nothing (fold/row_held)
    return Acc(max(a.m, b.m), a.d + b.d, a.flags | b.flags);
  }
  let scale = exp1(-abs(a.m - b.m));
  let a_leads = a.m >= b.m;
  let d = select(b.d + a.d * scale, a.d + b.d * scale, a_leads);
  return Acc(max(a.m, b.m), d, a.flags | b.flags);
}
