// needs: a monoid, an exponential, monoid/cross_entropy
// provides: a monoid's subgroup (subgroup_fold)
fn subgroup_fold(a: Acc) -> Acc {
  if (IN_REGISTERS) { // every lane has the row's m (fold/row_held)
    let s = select(0.0, subgroupAdd(a.s), SPREAD);
    let w = select(0.0, subgroupAdd(a.w), SPREAD);
    return Acc(a.m, subgroupAdd(a.d), subgroupOr(a.flags), s, w, subgroupMax(a.z));
  }
  let m = subgroupMax(a.m);
  let d = subgroupAdd(a.d * exp1(a.m - m));
  return Acc(m, d, subgroupOr(a.flags), subgroupAdd(shifted(a, m)), subgroupAdd(a.w), subgroupMax(a.z));
}
