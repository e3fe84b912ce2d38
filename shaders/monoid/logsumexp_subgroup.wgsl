// needs: a monoid, an exponential
// provides: a monoid's subgroup (subgroup_fold)
fn subgroup_fold(a: Acc) -> Acc {
  let m = subgroupMax(a.m);
  return Acc(m, subgroupAdd(a.d * exp1(a.m - m)), subgroupOr(a.flags));
}
