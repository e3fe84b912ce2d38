// needs: a monoid, an exponential, monoid/cross_entropy
// provides: a monoid's subgroup (subgroup_fold)
fn subgroup_fold(a: Acc) -> Acc {
  let m = subgroupMax(a.m);
  let d = subgroupAdd(a.d * exp1(a.m - m));
  return Acc(m, d, subgroupOr(a.flags), subgroupAdd(shifted(a, m)), subgroupAdd(a.w), subgroupMax(a.z));
}
