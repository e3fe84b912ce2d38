// The gate of ReLU: dy passes where x̂·γ + β > 0, computed as in the forward pass. γ and β are the rows of `scaling`
// [2, C]. A channel with a non-finite statistic, γ or β had y = NaN, and no dy of it passes.
// needs: channels of scaling, channels/unit, channels/affine, channels/x_hat, math/special
// provides: a gate (Gate, gate_of, gated, gated_special), gammas (gamma_of)
struct Params {
  channels: u32,
}

struct Gate {
  healthy: Truth,
  gamma: Unit,
  beta: Unit,
}

fn gamma_of(c: u32) -> Unit {
  if (HAS_GAMMA) {
    return of_channel_scaling(0u, c);
  }
  return Unit(1.0);
}

fn gate_of(c: u32, channel: Channel) -> Gate {
  let gamma = gamma_of(c);
  var beta = Unit(0.0);
  if (HAS_BETA) {
    beta = of_channel_scaling(params.channels, c);
  }
  let healthy = channel.healthy & finite(gamma) & finite(beta);
  return Gate(healthy, select(Unit(0.0), gamma, healthy), select(Unit(0.0), beta, healthy));
}

// The gated dy for a finite x. In an unhealthy channel x̂·γ + β is 0.
fn gated(dy: Unit, x: Unit, channel: Channel, gate: Gate) -> Unit {
  return select(Unit(0.0), dy, affine(x, channel, gate.gamma, gate.beta) > Unit(0.0));
}

fn gated_special(dy: Unit, x: Unit, channel: Channel, gate: Gate) -> Unit {
  let plus_infinity = affine_special(x, gate.gamma, gate.healthy) == Bits(params.nan_bits & INFINITE);
  let number = finite(x);
  let finite_x = select(Unit(0.0), x, number);
  let through = select(plus_infinity, affine(finite_x, channel, gate.gamma, gate.beta) > Unit(0.0), number);
  return select(Unit(0.0), dy, through);
}
