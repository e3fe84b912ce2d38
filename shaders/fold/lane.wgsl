// A team of one lane, which already holds the value of the whole row. WORKGROUP_SIZE rows per workgroup, no barrier, no
// shared memory.
// needs: a monoid
// provides: a fold (Lane, team_fold, team_max, team_in_group, seat_in_team)
struct Lane {
  @builtin(local_invocation_index) id: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
}

fn team_fold(mine: Acc, lane: Lane) -> Acc {
  return mine;
}

fn team_max(mine: f32, lane: Lane) -> f32 {
  return mine;
}

fn team_in_group(lane: Lane) -> u32 {
  return lane.id;
}

fn seat_in_team(lane: Lane) -> u32 {
  return 0u;
}
