// arena[4·starts_s + j] = s_j for each of up to SOURCES sources s, as bits: copies runs of tensors to their places in
// the arena. Eight bindings allow seven sources per dispatch. Each source has whole vectors of the arena to itself. The
// rest of its last vector becomes 0, so that sums over the arena see nothing but the sources.
// needs: reads of s0, reads of s1, reads of s2, reads of s3, reads of s4, reads of s5, reads of s6, writes of arena
struct Params {
  vectors: u32,
  starts: array<vec4u, 2>, // in vectors, per source; missing sources start at the end of the last one
  sizes: array<vec4u, 2>, // in elements, per source
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn gather_arena(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let v = (group.x + group.y * groups.x) * WORKGROUP_SIZE + lane;
  if (v >= params.vectors) {
    return;
  }
  // The last source that starts at v or before.
  var source = 0u;
  for (var s = 1u; s < SOURCES; s++) {
    source = select(source, s, v >= params.starts[s / 4u][s % 4u]);
  }
  let at = 4u * (v - params.starts[source / 4u][source % 4u]);
  let live = at + IOTA < vec4u(params.sizes[source / 4u][source % 4u]);
  put_vector_arena(v, select(vec4u(0u), quad_of(source, at), live));
}

const IOTA = vec4u(0u, 1u, 2u, 3u);

fn quad_of(source: u32, at: u32) -> vec4u {
  switch (source) {
    case 0u: { return quad_s0(at); }
    case 1u: { return quad_s1(at); }
    case 2u: { return quad_s2(at); }
    case 3u: { return quad_s3(at); }
    case 4u: { return quad_s4(at); }
    case 5u: { return quad_s5(at); }
    default: { return quad_s6(at); }
  }
}
