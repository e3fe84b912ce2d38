// Moments of a set of x (or of several sets of the same size, in the components of a Value): their number, their mean,
// and M2 = Σ(x - mean)². Chan's rule merges them, so M2 is a sum of squares: never negative, exactly 0 where all x are
// equal (Chan, Golub and LeVeque, The American Statistician 37, 1983).
// The mean is k + d, known to 44 bits: k is the mean with its low 4 bits cleared, so differences of nearby ks are
// exact, and d is the rest. Compilers may reassociate float operations, but not across the integer operations of `cut`
// and `veiled`.
// needs: channels/value
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  n: u32,
  k: Value,
  d: Value,
  m2: Value,
  broken: Flags, // 1: some x is non-finite, and only n is valid
}

const EMPTY = Acc(0u, Value(0.0), Value(0.0), Value(0.0), Flags(0u));

fn cut(x: Value) -> Value {
  return bitcast<Value>(bitcast<Flags>(x) & Flags(0xfffffff0u));
}

// Returns x with its value hidden from the compiler: the lowest bit of NaN's bits is 0, but only at run time.
fn veiled(x: Value) -> Value {
  return bitcast<Value>(bitcast<Flags>(x) ^ Flags(params.nan_bits & 1u));
}

// The moments of n values whose mean is p + (q + t).
fn moments(n: u32, p: Value, q: Value, t: Value, m2: Value, broken: Flags) -> Acc {
  let k = cut(veiled(p) + (q + t));
  return Acc(n, k, (p - k) + (q + t), m2, broken);
}

fn merge(a: Acc, b: Acc) -> Acc {
  let n = a.n + b.n;
  let share = f32(b.n) / f32(max(n, 1u)); // 0 where b is empty
  // An empty a counts as having b's mean.
  let k = select(a.k, b.k, a.n == 0u);
  let d = select(a.d, b.d, a.n == 0u);
  let apart = veiled(b.k - k) + (b.d - d);
  let m2 = (a.m2 + b.m2) + apart * (apart * (f32(a.n) * share));
  return moments(n, k, d, apart * share, m2, a.broken | b.broken);
}
