// A lane folds four neighboring channels, each for itself.
// provides: a value (Value, Flags, Holds)
alias Value = vec4f;
alias Flags = vec4u;
alias Holds = vec4<bool>;
