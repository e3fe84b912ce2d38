// needs: a monoid, an exponential
// provides: a monoid's subgroup (subgroup_fold)
fn subgroup_fold(a: Acc) -> Acc {
  if (IN_REGISTERS) { // every lane has the row's m (fold/row_held)
    return Acc(a.m, subgroupAdd(a.d), subgroupOr(a.flags));
  }
  let m = subgroupMax(a.m);
  return Acc(m, subgroupAdd(a.d * exp1(a.m - m)), subgroupOr(a.flags));
}
