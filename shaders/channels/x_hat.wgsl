// x̂ = (x - mean)·rstd - tail·rstd with rstd = 1/√(variance + ε), and the values of the channels of a unit that it needs.
// These are all 0 in an unhealthy channel: one with a non-finite value or without a root. The tail is at most half an ulp
// of the mean, so its product is small, and an adapter that fuses takes one instruction for both products.
// needs: channels/unit
struct Params {
  epsilon: f32, // ε
}

struct Channel {
  mean: Unit,
  rstd: Unit,
  shift: Unit, // tail·rstd
  healthy: Truth,
}

fn channel_from(mean: Unit, tail: Unit, variance: Unit) -> Channel {
  let spread = variance + Unit(params.epsilon);
  let healthy = finite(mean) & finite(tail) & finite(spread) & (spread > Unit(0.0));
  let rstd = select(Unit(0.0), inverseSqrt(select(Unit(1.0), spread, healthy)), healthy);
  return Channel(select(Unit(0.0), mean, healthy), rstd, select(Unit(0.0), tail, healthy) * rstd, healthy);
}

fn x_hat(x: Unit, channel: Channel) -> Unit {
  return difference(x, channel.mean) * channel.rstd - channel.shift;
}
