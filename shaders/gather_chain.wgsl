// For each index, the previous and the next index that take the same entry, or NONE: chain [2, count]. One lane per
// index, which searches all of them, since indices are few compared to what they fetch.
struct Params {
  count: u32,
  length: u32, // entries of the axis, added to negative indices
}

@group(0) @binding(0) var<storage, read> indices: array<u32>;
@group(0) @binding(0) var<storage, read_write> chain: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn gather_chain(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let n = (group.x + group.y * groups.x) * WORKGROUP_SIZE + lane;
  if (n >= params.count) {
    return;
  }
  let entry = entry_at(n);
  var before = NONE;
  var after = NONE;
  let batches = (params.count + BATCH - 1u) / BATCH;
  for (var b = 0u; b < batches; b++) {
    for (var k = 0u; k < BATCH; k++) {
      let m = b * BATCH + k;
      let alike = m < params.count && entry_at(m) == entry;
      before = select(before, m, alike && m < n);
      after = select(after, min(after, m), alike && m > n);
    }
  }
  chain[params.chain_origin + n] = before;
  chain[params.chain_origin + params.count + n] = after;
}

const NONE = 0xffffffffu;
const BATCH = 8u; // indices that a lane has in flight at once

fn entry_at(n: u32) -> u32 {
  let index = indices[params.indices_origin + min(n, params.count - 1u)];
  return select(index, index + params.length, SIGNED && index > 0x7fffffffu);
}
