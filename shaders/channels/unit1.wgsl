// A unit is one element.
alias Unit = f32;
alias Bits = u32;
alias Truth = bool;
