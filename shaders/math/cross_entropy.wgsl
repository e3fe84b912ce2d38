// Loss and gradient of a row from its fold. With z the label's logit and (m', S') the log-sum-exp of the others,
// M = max(m', z) and D = S'·exp(m' - M) + exp(z - M), the label's loss is
//   -log p = log1p(S'·exp(m' - z)) where z leads, else (M - z) + log D,
// and its gradient p - 1 = -rest, rest = S'·exp(m' - M) / D: neither cancels when the row is confident.
struct Outcome {
  loss: f32,
  m: f32,
  scale: f32, // 1 / D
  rest: f32,
  broken: bool, // no loss and no gradient: NaN
}

fn outcome_of(all: Acc) -> Outcome {
  let has_label = !SOFT && wanted.element != NOWHERE;
  // A label's logit of -inf was replaced by LOWEST; a real one of LOWEST is the base as well.
  let possible = has_label && wanted.base == all.z;
  let m = select(all.m, max(all.m, all.z), possible);
  let others = all.d * exp1(all.m - m);
  let d = others + select(0.0, exp1(all.z - m), possible);
  let leads = possible && all.z >= all.m;
  let log_d = log_of(max(d, 1.0));
  let surprise = select((m - select(wanted.base, m, SOFT)) + log_d, log1p_of(others), leads);
  // surprise = log-sum-exp - base, so Σ q·(log-sum-exp - x) = w·surprise - s.
  var loss = wanted.hard * surprise;
  if (SPREAD) {
    loss += all.w * surprise - all.s;
  }
  let impossible = (has_label && !possible && wanted.hard != 0.0) || (all.flags & SAW_IMPOSSIBLE) != 0u;
  let broken = (all.flags & (SAW_NAN | SAW_INFINITY)) != 0u || d == 0.0 || wanted.state == FAULTY;
  loss = select(loss, infinity(), impossible);
  loss = select(loss, nan(), broken);
  return Outcome(select(loss, 0.0, wanted.state == IGNORED), m, 1.0 / max(d, 1.0), others / max(d, 1.0), broken);
}
