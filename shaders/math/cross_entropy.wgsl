// The loss and the gradient of a row, from its fold. z is the label's logit, and (m', S') the log-sum-exp of the other
// classes. With M = max(m', z) and D = S'·exp(m' - M) + exp(z - M), the label's loss is
//   -log p = log1p(S'·exp(m' - z)) where z is the largest logit, else (M - z) + log D,
// and its gradient is p - 1 = -rest with rest = S'·exp(m' - M) / D. Neither cancels when the row is confident. The loss
// of the other classes is Σ q·(M + log D - x) = w·log D - s, with s relative to M.
// needs: a monoid, an exponential, math/log, math/special, monoid/cross_entropy, targets/wanted
struct RowLoss {
  loss: f32,
  m: f32, // M
  scale: f32, // 1 / D
  rest: f32,
  label_p: f32, // 0 without a label
  broken: bool, // loss and gradient are NaN
}

fn loss_of(all: Acc) -> RowLoss {
  let has_label = wanted.element != NOWHERE;
  let possible = has_label && (all.flags & SAW_LABEL) != 0u;
  let z = select(LOWEST, all.z, possible);
  let m = max(all.m, z);
  let others = all.d * exp1(all.m - m);
  let label = select(0.0, exp1(z - m), possible);
  let d = others + label;
  let leads = possible && z >= all.m;
  let log_d = select(log_of(max(d, 1.0)), log1p_of(others), leads);
  var loss = wanted.hard * (select(0.0, m - z, possible) + log_d);
  if (SPREAD) {
    loss += all.w * log_d - shifted(all, m);
  }
  let impossible = (has_label && !possible && wanted.hard != 0.0) || (all.flags & SAW_IMPOSSIBLE) != 0u;
  let broken = (all.flags & (SAW_NAN | SAW_INFINITY)) != 0u || d == 0.0 || wanted.state == FAULTY;
  loss = select(loss, infinity(), impossible);
  loss = select(loss, nan(), broken);
  let scale = 1.0 / max(d, 1.0);
  return RowLoss(select(loss, 0.0, wanted.state == IGNORED), m, scale, others / max(d, 1.0), label * scale, broken);
}
