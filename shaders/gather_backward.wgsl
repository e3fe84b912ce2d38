// dx_e = Σ dy_n over the indices n that take entry e; dx [outer, length, inner], dy [outer, count, inner]. One lane per
// element of dy: where its index is the first of equal indices, the lane sums along their chain (gather_chain) and
// writes to dx, which was zero. Sums are in the order of the indices, whatever the schedule, and nested by 8 and 64, so
// that long sums stay accurate.
struct Params {
  size: u32, // of dy
  count: u32,
  length: u32,
  inner: u32,
}

@group(0) @binding(0) var<storage, read> indices: array<u32>;
@group(0) @binding(0) var<storage, read> chain: array<u32>;
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(0) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn gather_backward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = (group.x + group.y * groups.x) * WORKGROUP_SIZE + lane;
  if (i >= params.size) {
    return;
  }
  let row = i / params.inner; // o·count + n
  let column = i - row * params.inner;
  let outer = row / params.count;
  let n = row - outer * params.count;
  let index = indices[params.indices_origin + n];
  let entry = select(index, index + params.length, SIGNED && index > 0x7fffffffu);
  if (chain[params.chain_origin + n] != NONE || entry >= params.length) {
    return;
  }
  var total = 0.0;
  var middle = 0.0;
  var next = n;
  let batches = (params.count + BATCH - 1u) / BATCH;
  for (var b = 0u; b < batches; b++) {
    var inner = 0.0;
    for (var k = 0u; k < BATCH; k++) {
      if (next != NONE) {
        inner += dy[params.dy_origin + (outer * params.count + next) * params.inner + column];
        next = chain[params.chain_origin + params.count + next];
      }
    }
    middle += inner;
    if (b % BATCH == BATCH - 1u) {
      total += middle;
      middle = 0.0;
    }
    if (next == NONE) {
      break;
    }
  }
  dx[params.dx_origin + (outer * params.length + entry) * params.inner + column] = total + middle;
}

const NONE = 0xffffffffu;
const BATCH = 8u;
