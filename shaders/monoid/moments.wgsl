// Moments of a set of x (or of several sets of as many, a Value with each): how many, their mean, M2 = Σ(x - mean)². Merged
// by Chan's rule, so M2 is a sum of squares: never negative, exactly 0 where all x are equal (Chan, Golub and LeVeque, The
// American Statistician 37, 1983).
// The mean is k + d, known to 44 bits: k is the mean with its low 4 bits cut off, so differences of close ks are
// exact, and d is the rest. Compilers reassociate floats, but not through the integers of the mask and the veil.
// needs: channels/value
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  n: u32,
  k: Value,
  d: Value,
  m2: Value,
  broken: Flags, // 1: some x is not finite, and only n counts
}

const EMPTY = Acc(0u, Value(0.0), Value(0.0), Value(0.0), Flags(0u));

fn cut(x: Value) -> Value {
  return bitcast<Value>(bitcast<Flags>(x) & Flags(0xfffffff0u));
}

// x itself, which no compiler knows: the lowest bit of NaN's is 0 at run time only.
fn veiled(x: Value) -> Value {
  return bitcast<Value>(bitcast<Flags>(x) ^ Flags(params.nan_bits & 1u));
}

// The moments of n values whose mean is p + (q + t).
fn moments(n: u32, p: Value, q: Value, t: Value, m2: Value, broken: Flags) -> Acc {
  let k = cut(veiled(p) + (q + t));
  return Acc(n, k, (p - k) + (q + t), m2, broken);
}

fn merge(a: Acc, b: Acc) -> Acc {
  if (a.n == 0u) {
    return b;
  }
  if (b.n == 0u) {
    return a;
  }
  let n = a.n + b.n;
  let share = f32(b.n) / f32(n);
  let apart = veiled(b.k - a.k) + (b.d - a.d);
  let m2 = (a.m2 + b.m2) + apart * apart * (f32(a.n) * share);
  return moments(n, a.k, a.d, apart * share, m2, a.broken | b.broken);
}
