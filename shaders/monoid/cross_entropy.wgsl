// What a row's cross-entropy needs of its logits x: the log-sum-exp pair (m, d) of the classes other than the label, so that
// the loss of a confident row keeps its digits; of the targets q that are spread over those classes (SPREAD) their sum w
// and s = Σ q·(x - m); and the label's own logit z, from the lane that has it: no lane has to read it once gradients are
// written in the logits' place.
// needs: math/exp, math/special
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  m: f32,
  d: f32,
  flags: u32,
  s: f32,
  w: f32,
  z: f32,
}

const SAW_IMPOSSIBLE = 8u; // q > 0 where x = -inf: the loss is +inf
const SAW_LABEL = 16u; // z is a number
const EMPTY = Acc(LOWEST, 0.0, 0u, 0.0, 0.0, LOWEST);

// s about another m; EMPTY's may lie further off than floats reach.
fn shifted(a: Acc, m: f32) -> f32 {
  return select(0.0, a.s - a.w * min(m - a.m, LARGEST), SPREAD);
}

fn merge(a: Acc, b: Acc) -> Acc {
  let m = max(a.m, b.m);
  let scale = exp1(-abs(a.m - b.m));
  let d = select(b.d + a.d * scale, a.d + b.d * scale, a.m >= b.m);
  return Acc(m, d, a.flags | b.flags, shifted(a, m) + shifted(b, m), a.w + b.w, max(a.z, b.z));
}
