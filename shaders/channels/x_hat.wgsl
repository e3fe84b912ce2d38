// x̂ = ((x - mean) - tail)·rstd with rstd = 1/√(variance + ε), and the values of the channels of a unit that it needs.
// These are all 0 in an unhealthy channel: one with a non-finite value or without a root.
// needs: channels/unit
struct Params {
  epsilon: f32, // ε
}

struct Channel {
  mean: Unit,
  tail: Unit,
  rstd: Unit,
  healthy: Truth,
}

fn channel_from(mean: Unit, tail: Unit, variance: Unit) -> Channel {
  let spread = variance + Unit(params.epsilon);
  let healthy = finite(mean) & finite(tail) & finite(spread) & (spread > Unit(0.0));
  let rstd = inverseSqrt(select(Unit(1.0), spread, healthy));
  return Channel(select(Unit(0.0), mean, healthy), select(Unit(0.0), tail, healthy), select(Unit(0.0), rstd, healthy), healthy);
}

fn x_hat(x: Unit, channel: Channel) -> Unit {
  return (veiled_unit(x - channel.mean) - channel.tail) * channel.rstd;
}
