// Teams of LANES_PER_ROW lanes, a power of two, LANE_STRIDE apart in a workgroup of WORKGROUP_SIZE lanes. They fold as
// a tree in workgroup memory. Every lane of a team reads the value in the team's first slot, so all get the same bits.
// needs: a monoid
// provides: a fold (Lane, team_fold, team_max, team_in_group, seat_in_team)
struct Lane {
  @builtin(local_invocation_index) id: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
}

var<workgroup> team_slots: array<Acc, WORKGROUP_SIZE>;

fn team_fold(mine: Acc, lane: Lane) -> Acc {
  team_slots[lane.id] = mine;
  let seat = seat_in_team(lane);
  for (var half = LANES_PER_ROW / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier(); // the upper half has been written
    if (seat < half) {
      team_slots[lane.id] = merge(team_slots[lane.id], team_slots[lane.id + half * LANE_STRIDE]);
    }
  }
  workgroupBarrier(); // the first slot is final
  return team_slots[lane.id - seat * LANE_STRIDE];
}

var<workgroup> team_maxima: array<f32, WORKGROUP_SIZE>;

fn team_max(mine: f32, lane: Lane) -> f32 {
  team_maxima[lane.id] = mine;
  let seat = seat_in_team(lane);
  for (var half = LANES_PER_ROW / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier(); // the upper half has been written
    if (seat < half) {
      team_maxima[lane.id] = max(team_maxima[lane.id], team_maxima[lane.id + half * LANE_STRIDE]);
    }
  }
  workgroupBarrier(); // the first slot is final
  return team_maxima[lane.id - seat * LANE_STRIDE];
}

fn team_in_group(lane: Lane) -> u32 {
  return lane.id / (LANE_STRIDE * LANES_PER_ROW) * LANE_STRIDE + lane.id % LANE_STRIDE;
}

fn seat_in_team(lane: Lane) -> u32 {
  return lane.id / LANE_STRIDE % LANES_PER_ROW;
}
