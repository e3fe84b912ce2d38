// A unit is one element.
// provides: a unit (Unit, Bits, Truth)
alias Unit = f32;
alias Bits = u32;
alias Truth = bool;
