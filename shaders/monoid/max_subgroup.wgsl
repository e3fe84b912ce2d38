// needs: a monoid
// provides: a monoid's subgroup (subgroup_fold)
fn subgroup_fold(a: Acc) -> Acc {
  return subgroupMax(a);
}
