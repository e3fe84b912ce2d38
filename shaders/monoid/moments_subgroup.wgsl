// All means are taken relative to one (k, d) near them, so equal means differ by exactly 0.
fn subgroup_fold(a: Acc) -> Acc {
  let n = subgroupAdd(a.n);
  let has = a.n > 0u;
  let k = select(0.0, subgroupMax(select(LOWEST, a.k, has)), n > 0u);
  let d = select(0.0, subgroupMax(select(LOWEST, a.d, has)), n > 0u);
  let apart = select(0.0, veiled(a.k - k) + (a.d - d), has);
  let t = subgroupAdd(apart * (f32(a.n) / f32(max(n, 1u))));
  let m2 = subgroupAdd(a.m2 + f32(a.n) * (apart - t) * (apart - t));
  return moments(n, k, d, t, m2, subgroupOr(a.broken));
}
