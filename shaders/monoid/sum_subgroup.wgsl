fn subgroup_fold(a: Acc) -> Acc {
  return Acc(subgroupAdd(a.s), subgroupOr(a.flags));
}
