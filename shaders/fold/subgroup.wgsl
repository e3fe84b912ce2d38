// A team of all WORKGROUP_SIZE lanes of a workgroup. Each subgroup folds natively, then every lane merges the
// subgroups' values in the same order. There is one barrier, or none where the workgroup is one subgroup (SUBGROUPS ==
// 1). Nothing relates a lane's index to its place in a subgroup, so slots are numbered by subgroup_id.
// needs: a monoid, a monoid's subgroup
// provides: a fold (Lane, team_fold, team_max, team_in_group, seat_in_team)
struct Lane {
  @builtin(local_invocation_index) id: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(num_subgroups) subgroups: u32,
}

var<workgroup> team_slots: array<Acc, SUBGROUPS>; // SUBGROUPS: the most that WORKGROUP_SIZE lanes can form

fn team_fold(mine: Acc, lane: Lane) -> Acc {
  let ours = subgroup_fold(mine);
  if (SUBGROUPS == 1u) {
    return ours;
  }
  if (subgroupElect()) {
    team_slots[lane.subgroup] = ours;
  }
  workgroupBarrier(); // every existing slot has been written
  // Merged in groups of eight: subgroups may be small and many, and no value should pass through dozens of serial
  // merges.
  var all = EMPTY;
  for (var eight = 0u; eight < (SUBGROUPS + 7u) / 8u; eight++) {
    var some = EMPTY;
    for (var k = 0u; k < 8u; k++) {
      let s = 8u * eight + k;
      if (s < min(lane.subgroups, SUBGROUPS)) {
        some = merge(some, team_slots[s]);
      }
    }
    all = merge(all, some);
  }
  return all;
}

var<workgroup> team_maxima: array<f32, SUBGROUPS>;

fn team_max(mine: f32, lane: Lane) -> f32 {
  var m = subgroupMax(mine);
  if (SUBGROUPS == 1u) {
    return m;
  }
  if (subgroupElect()) {
    team_maxima[lane.subgroup] = m;
  }
  workgroupBarrier(); // every existing maximum has been written
  for (var s = 0u; s < SUBGROUPS; s++) {
    m = max(m, team_maxima[min(s, lane.subgroups - 1u)]);
  }
  return m;
}

fn team_in_group(lane: Lane) -> u32 {
  return 0u;
}

fn seat_in_team(lane: Lane) -> u32 {
  return lane.id;
}
