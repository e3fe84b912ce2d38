// All means are taken relative to the k nearest to the overall mean. Equal means then differ by exactly 0, and an
// outlier cancels nothing.
// needs: a monoid, channels/value, math/special, monoid/moments
// provides: a monoid's subgroup (subgroup_fold)
fn subgroup_fold(a: Acc) -> Acc {
  let n = subgroupAdd(a.n);
  let has = Holds(a.n > 0u);
  let share = f32(a.n) / f32(max(n, 1u));
  let near = subgroupAdd(a.k * share);
  let off = select(Value(LARGEST), abs(a.k - near), has);
  let nearest = off == subgroupMin(off);
  let k = select(Value(0.0), subgroupMax(select(Value(LOWEST), a.k, has & nearest)), n > 0u);
  let d = select(Value(0.0), subgroupMax(select(Value(LOWEST), a.d, has)), n > 0u);
  let apart = select(Value(0.0), veiled(a.k - k) + (a.d - d), has);
  let t = subgroupAdd(apart * share);
  let m2 = subgroupAdd(a.m2 + f32(a.n) * (apart - t) * (apart - t));
  return moments(n, k, d, t, m2, subgroupOr(a.broken));
}
