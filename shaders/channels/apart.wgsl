// Each element of a unit is the only one of its channel there.
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
