// Finds the first label that is neither in [lowest, classes) nor ignored: fault = (its index, the label), where index
// 0xffffffff means that there is none. One workgroup is enough, since labels are few compared to their logits, and it
// finds the lowest index without atomics. Labels that exceed one binding come in parts, and the first part with a fault
// reports it.
struct Params {
  size: u32,
  first: u32, // index of the first label of this part
  lowest: i32,
  classes: u32,
  has_ignored: u32,
  ignored: i32,
}

@group(0) @binding(0) var<storage, read> labels: array<i32>;
@group(0) @binding(0) var<storage, read_write> fault: array<u32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn check_labels(@builtin(local_invocation_index) lane: u32) {
  var found = NO_FAULT;
  let batches = (params.size + BATCH * WORKGROUP_SIZE - 1u) / (BATCH * WORKGROUP_SIZE);
  for (var b = 0u; b < batches; b++) {
    for (var k = 0u; k < BATCH; k++) {
      let i = (b * BATCH + k) * WORKGROUP_SIZE + lane;
      let label = labels[params.labels_origin + min(i, params.size - 1u)];
      found = min(found, select(NO_FAULT, i, i < params.size && is_faulty(label)));
    }
  }
  lowest[lane] = found;
  for (var half = WORKGROUP_SIZE / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier(); // the upper half has been written
    if (lane < half) {
      lowest[lane] = min(lowest[lane], lowest[lane + half]);
    }
  }
  if (lane == 0u && (params.first == 0u || fault[params.fault_origin] == NO_FAULT)) {
    let at = lowest[0];
    let label = bitcast<u32>(labels[params.labels_origin + select(at, 0u, at == NO_FAULT)]);
    fault[params.fault_origin] = select(params.first + at, NO_FAULT, at == NO_FAULT);
    fault[params.fault_origin + 1u] = label;
  }
}

const NO_FAULT = 0xffffffffu;
const BATCH = 8u; // labels that a lane has in flight at once

var<workgroup> lowest: array<u32, WORKGROUP_SIZE>;

fn is_faulty(label: i32) -> bool {
  let in_range = label >= params.lowest && (label < 0 || u32(label) < params.classes);
  let ignored = params.has_ignored != 0u && label == params.ignored;
  return !in_range && !ignored;
}
