// The values that a row's cross-entropy needs. m is the largest logit x, the label's included. d = Σ exp(x - m) leaves
// the label out, so that the loss of a confident row keeps its digits. For targets q spread over the other classes
// (SPREAD), w is their sum and s = Σ q·(x - m). z is the label's logit, from the lane that has it, so no lane has to
// read it after gradients have replaced the logits.
// needs: an exponential, math/special
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

// s relative to another m. The m of EMPTY may be further away than the range of floats.
fn shifted(a: Acc, m: f32) -> f32 {
  return select(0.0, a.s - a.w * min(m - a.m, LARGEST), SPREAD);
}

fn merge(a: Acc, b: Acc) -> Acc {
  if (IN_REGISTERS) { // both have the row's m, or nothing (fold/row_held)
    return Acc(max(a.m, b.m), a.d + b.d, a.flags | b.flags, a.s + b.s, a.w + b.w, max(a.z, b.z));
  }
  let m = max(a.m, b.m);
  let scale = exp1(-abs(a.m - b.m));
  let d = select(b.d + a.d * scale, a.d + b.d * scale, a.m >= b.m);
  return Acc(m, d, a.flags | b.flags, shifted(a, m) + shifted(b, m), a.w + b.w, max(a.z, b.z));
}
