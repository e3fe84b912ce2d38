// Looks for the first label that is neither in [lowest, classes) nor ignored: fault = (its index, the label), or (0xffffffff, 0).
// One workgroup: labels are few beside the logits that they belong to, and the lowest index needs no atomics here. Labels that
// no binding shows at once come in parts, of which the first that has a fault is heard.
struct Params {
  size: u32,
  first: u32, // where this part of the labels starts
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
const BATCH = 8u; // labels that a lane has under way at once

var<workgroup> lowest: array<u32, WORKGROUP_SIZE>;

fn is_faulty(label: i32) -> bool {
  let in_range = label >= params.lowest && (label < 0 || u32(label) < params.classes);
  let ignored = params.has_ignored != 0u && label == params.ignored;
  return !in_range && !ignored;
}
