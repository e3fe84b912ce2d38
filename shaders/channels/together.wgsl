// All four elements of a unit belong to one channel.
// needs: channels/unit, channels/value
// provides: a unit's values (total, leading, united)
fn total(u: Unit) -> Value {
  return (u.x + u.y) + (u.z + u.w);
}

fn leading(u: Unit) -> Value {
  return u.x;
}

fn united(bits: Bits) -> Flags {
  return (bits.x | bits.y) | (bits.z | bits.w);
}
