// A lane folds one channel.
alias Value = f32;
alias Flags = u32;
alias Holds = bool;
