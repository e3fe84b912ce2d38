// A unit is four neighboring elements.
alias Unit = vec4f;
alias Bits = vec4u;
alias Truth = vec4<bool>;
