// No gate: every dy passes.
// needs: channels/unit, channels/x_hat
// provides: a gate (Gate, gate_of, gated, gated_special)
struct Gate {
  healthy: Truth,
}

fn gate_of(c: u32, channel: Channel) -> Gate {
  return Gate(channel.healthy);
}

fn gated(dy: Unit, x: Unit, channel: Channel, gate: Gate) -> Unit {
  return dy;
}

fn gated_special(dy: Unit, x: Unit, channel: Channel, gate: Gate) -> Unit {
  return dy;
}
