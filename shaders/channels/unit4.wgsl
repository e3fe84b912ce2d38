// A unit is four neighboring elements.
// provides: a unit (Unit, Bits, Truth)
alias Unit = vec4f;
alias Bits = vec4u;
alias Truth = vec4<bool>;
