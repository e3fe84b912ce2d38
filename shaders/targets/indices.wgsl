// Targets that are class indices, one per row: the label gets 1 - labelSmoothing, and every class labelSmoothing / C.
// needs: io/row, targets/wanted
// provides: targets (wanted_of, spread_at), fetches of targets (fetch_targets)
@group(0) @binding(0) var<storage, read> targets: array<i32>;

fn wanted_of(row: Row) -> Wanted {
  if (row.index >= params.rows) {
    return Wanted(NOWHERE, 0.0, IGNORED);
  }
  let label = targets[params.targets_origin + row.index];
  if (params.has_ignored != 0u && label == params.ignored) {
    return Wanted(NOWHERE, 0.0, IGNORED);
  }
  if (label < 0 || u32(label) >= params.cols) {
    return Wanted(NOWHERE, 0.0, FAULTY);
  }
  let hard = (1.0 - params.smoothing) + params.smoothing / f32(params.cols);
  return Wanted(row.start + u32(label), hard * class_weight(u32(label)), COUNTS);
}

fn fetch_targets(row: Row, b: u32) {}

fn spread_at(row: Row, b: u32, k: u32) -> vec4f {
  let v = vector_at(row, b, k);
  let i = 4u * v + IOTA;
  let q = (params.smoothing / f32(params.cols)) * class_weight4(i - row.start);
  return select(vec4f(0.0), q, live_at(row, v) & (i != vec4u(wanted.element)));
}
