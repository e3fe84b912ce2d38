// Elements of a launch's window: each lane has PACK vectors of four neighboring elements, as many as fit in 16 bytes of
// the tensor with the smallest elements.
struct Params {
  size: u32, // elements in the window
}

const IOTA = vec4u(0u, 1u, 2u, 3u);

fn first_vector(lane: u32, group: vec3u, groups: vec3u) -> u32 {
  return PACK * ((group.x + group.y * groups.x) * WORKGROUP_SIZE + lane);
}

fn live_at(v: u32) -> vec4<bool> {
  return 4u * v + IOTA < vec4u(params.size);
}
