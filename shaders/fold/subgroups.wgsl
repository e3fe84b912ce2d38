// One team per subgroup, where every subgroup of an adapter has LANES_PER_ROW lanes. Several teams share a workgroup
// and need no barrier. Nothing relates a lane's index to its place in a subgroup, so a lane's seat is its place in the
// subgroup.
// needs: a monoid, a monoid's subgroup
// provides: a fold (Lane, team_fold, team_max, team_in_group, seat_in_team)
struct Lane {
  @builtin(local_invocation_index) id: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) seat: u32,
}

fn team_fold(mine: Acc, lane: Lane) -> Acc {
  return subgroup_fold(mine);
}

fn team_max(mine: f32, lane: Lane) -> f32 {
  return subgroupMax(mine);
}

fn team_in_group(lane: Lane) -> u32 {
  return lane.subgroup;
}

fn seat_in_team(lane: Lane) -> u32 {
  return lane.seat;
}
