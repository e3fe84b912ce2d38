// What a row's cross-entropy needs of its logits x: the log-sum-exp pair (m, d) of the classes other than the label,
// so that the loss of a confident row keeps its digits; of the targets q that are spread over classes their sum w and
// s = Σ q·(x - base), where base is the label's logit, or m for soft targets (SOFT); and the label's logit z itself,
// which every lane has: folded with the rest, it has been read before any lane writes a gradient in its place.
struct Acc {
  m: f32,
  d: f32,
  flags: u32,
  s: f32,
  w: f32,
  z: f32,
}

const SAW_IMPOSSIBLE = 8u; // q > 0 where x = -inf: the loss is +inf
const EMPTY = Acc(LOWEST, 0.0, 0u, 0.0, 0.0, LOWEST);

// s about another base; EMPTY's m may lie further off than floats reach.
fn shifted(a: Acc, m: f32) -> f32 {
  return select(a.s, a.s - a.w * min(m - a.m, LARGEST), SOFT);
}

fn merge(a: Acc, b: Acc) -> Acc {
  let m = max(a.m, b.m);
  let scale = exp1(-abs(a.m - b.m));
  let d = select(b.d + a.d * scale, a.d + b.d * scale, a.m >= b.m);
  return Acc(m, d, a.flags | b.flags, shifted(a, m) + shifted(b, m), a.w + b.w, max(a.z, b.z));
}
