// The loss and the gradient of a row, from its fold. z is the label's logit, m the largest one, and S = Σ exp(x - m) over
// the other classes. With D = S + exp(z - m), the label's loss is -log p = (m - z) + log D, where log D is log1p(S) if
// the label leads, and its gradient is p - 1 = -rest with rest = S / D. Neither cancels when the row is confident. The
// loss of the other classes is Σ q·(m + log D - x) = w·log D - s.
// needs: a monoid, an exponential, math/log, math/special, monoid/cross_entropy, targets/wanted
struct RowLoss {
  loss: f32,
  scale: f32, // 1 / D
  rest: f32,
  label_p: f32, // 0 without a label
  broken: bool, // loss and gradient are NaN
}

fn loss_of(all: Acc) -> RowLoss {
  let has_label = wanted.element != NOWHERE;
  let possible = (all.flags & SAW_LABEL) != 0u;
  let label = select(0.0, exp1(all.z - all.m), possible); // exactly 1 where the label leads
  let d = all.d + label;
  let log_d = log_near(max(d, 1.0), select(1.0, all.d, label == 1.0));
  var loss = wanted.hard * (select(0.0, all.m - all.z, possible) + log_d);
  if (SPREAD) {
    loss += all.w * log_d - all.s;
  }
  let impossible = (has_label && !possible && wanted.hard != 0.0) || (all.flags & SAW_IMPOSSIBLE) != 0u;
  let broken = (all.flags & (SAW_NAN | SAW_INFINITY)) != 0u || d == 0.0 || wanted.state == FAULTY;
  loss = select(loss, infinity(), impossible);
  loss = select(loss, nan(), broken);
  let scale = 1.0 / max(d, 1.0);
  return RowLoss(select(loss, 0.0, wanted.state == IGNORED), scale, all.d * scale, label * scale, broken);
}
