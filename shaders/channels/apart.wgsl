// Each element of a unit belongs to a different channel.
// needs: channels/unit, channels/value
// provides: a unit's values (total, leading, united)
fn total(u: Unit) -> Value {
  return u;
}

fn leading(u: Unit) -> Value {
  return u;
}

fn united(bits: Bits) -> Flags {
  return bits;
}
