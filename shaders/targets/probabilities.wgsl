// Targets that are probabilities t in the shape of the logits: q = weight · ((1 - labelSmoothing)·t + labelSmoothing /
// C). No class is a label.
// needs: rows of targets, io/row, targets/wanted
// provides: targets (wanted_of, spread_at)
fn wanted_of(row: Row) -> Wanted {
  return Wanted(NOWHERE, 0.0, select(COUNTS, IGNORED, row.index >= params.rows));
}

fn spread_at(row: Row, b: u32, k: u32) -> vec4f {
  let v = vector_at(row, b, k);
  let live = live_at(row, v);
  let t = bitcast<vec4f>(select(vec4u(0u), block_targets[k], live));
  let q = ((1.0 - params.smoothing) * t + params.smoothing / f32(params.cols)) * class_weight4(4u * v + IOTA - row.start);
  return select(vec4f(0.0), q, live);
}
