// A unit is one element.
alias Unit = f32;
alias Bits = u32;
alias Truth = bool;

fn total(u: Unit) -> f32 {
  return u;
}

fn leading(u: Unit) -> f32 {
  return u;
}
