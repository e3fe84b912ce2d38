fn subgroup_fold(a: Acc) -> Acc {
  return subgroupMax(a);
}
