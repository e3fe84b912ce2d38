// A lane folds one channel.
// provides: a value (Value, Flags, Holds)
alias Value = f32;
alias Flags = u32;
alias Holds = bool;
