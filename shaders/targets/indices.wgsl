// Targets are class indices, one a row: the label gets 1 - labelSmoothing, every class labelSmoothing / C.
@group(0) @binding(0) var<storage, read> targets: array<i32>;

const SOFT = false;

fn wanted_of(row: Row) -> Wanted {
  if (row.index >= params.rows) {
    return Wanted(NOWHERE, LOWEST, 0.0, 0.0, IGNORED);
  }
  let label = targets[params.targets_origin + row.index];
  if (params.has_ignored != 0u && label == params.ignored) {
    return Wanted(NOWHERE, LOWEST, 0.0, 0.0, IGNORED);
  }
  if (label < 0 || u32(label) >= params.cols) {
    return Wanted(NOWHERE, LOWEST, 0.0, 0.0, FAULTY);
  }
  let element = row.first + u32(label);
  let bits = load1_logits(element);
  let finite = is_finite(bits);
  let logit = bitcast<f32>(bits);
  let hard = (1.0 - params.smoothing) * class_weight(u32(label));
  return Wanted(element, select(LOWEST, logit, finite), select(0.0, logit, finite), hard, COUNTS);
}

fn fetch_targets(row: Row, b: u32) {}

fn fetch_again_targets(row: Row, b: u32) {}

fn spread_at(row: Row, b: u32, k: u32) -> vec4f {
  let v = vector_at(row, b, k);
  let q = (params.smoothing / f32(params.cols)) * class_weight4(4u * v + IOTA - row.first);
  return select(vec4f(0.0), q, live_at(row, v));
}
