// Looks for the first label that is neither in [lowest, classes) nor ignored: fault = (its index, the label), or (0xffffffff, 0).
// One workgroup: labels are few beside the logits that they belong to, and the lowest index needs no atomics here.
struct Params {
  size: u32,
  lowest: i32,
  classes: u32,
  has_ignored: u32,
  ignored: i32,
  labels_origin: u32,
  fault_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read> labels: array<i32>;
@group(0) @binding(0) var<storage, read_write> fault: array<u32>;

const NO_FAULT = 0xffffffffu;

var<workgroup> lowest: array<u32, WIDTH>;

fn is_faulty(label: i32) -> bool {
  let in_range = label >= params.lowest && (label < 0 || u32(label) < params.classes);
  let ignored = params.has_ignored != 0u && label == params.ignored;
  return !in_range && !ignored;
}

@compute @workgroup_size(WIDTH)
fn check_labels(@builtin(local_invocation_index) lane: u32) {
  var found = NO_FAULT;
  for (var i = lane; i < params.size; i += WIDTH) {
    if (found == NO_FAULT && is_faulty(labels[params.labels_origin + i])) {
      found = i;
    }
  }
  lowest[lane] = found;
  for (var half = WIDTH / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier(); // the upper half has been written
    if (lane < half) {
      lowest[lane] = min(lowest[lane], lowest[lane + half]);
    }
  }
  if (lane == 0u) {
    let first = lowest[0];
    fault[params.fault_origin] = first;
    fault[params.fault_origin + 1u] = bitcast<u32>(labels[params.labels_origin + select(first, 0u, first == NO_FAULT)]);
  }
}
