// Four neighbouring elements a lane, counted over the launch's window.
fn entry_of(lane: u32, group: vec3u, groups: vec3u) -> u32 {
  return (group.x + group.y * groups.x) * WIDTH + lane;
}

fn holds_entries(v: u32) -> bool {
  return 4u * v < params.size;
}
