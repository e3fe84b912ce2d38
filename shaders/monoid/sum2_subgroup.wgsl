// needs: a monoid
// provides: a monoid's subgroup (subgroup_fold)
fn subgroup_fold(a: Acc) -> Acc {
  return Acc(subgroupAdd(a.first), subgroupAdd(a.second), subgroupOr(a.broken));
}
