// A copy that is bound by memory: 16-byte loads and stores, VECTORS of them in flight per lane. Neighboring lanes copy
// neighboring vectors.
struct Params {
  vectors: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> sink: array<vec4u>;

override WORKGROUP_SIZE = 64u;
const VECTORS = 4u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn copy(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = (group.x + group.y * groups.x) * WORKGROUP_SIZE * VECTORS + lane;
  var held: array<vec4u, VECTORS>;
  for (var k = 0u; k < VECTORS; k++) {
    held[k] = source[min(first + k * WORKGROUP_SIZE, params.vectors - 1u)];
  }
  for (var k = 0u; k < VECTORS; k++) {
    if (first + k * WORKGROUP_SIZE < params.vectors) {
      sink[first + k * WORKGROUP_SIZE] = held[k];
    }
  }
}
