// needs: a monoid
// provides: a monoid's subgroup (subgroup_fold)
fn subgroup_fold(a: Acc) -> Acc {
  let key = subgroupMax(a.key);
  return Acc(key, subgroupMin(select(0xffffffffu, a.index, a.key == key)));
}
