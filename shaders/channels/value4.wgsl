// A lane folds four neighboring channels, each for itself.
alias Value = vec4f;
alias Flags = vec4u;
alias Holds = vec4<bool>;
