// A unit is four neighbouring elements.
alias Unit = vec4f;
alias Bits = vec4u;
alias Truth = vec4<bool>;

fn total(u: Unit) -> f32 {
  return (u.x + u.y) + (u.z + u.w);
}

fn leading(u: Unit) -> f32 {
  return u.x;
}
