// What a lane folds: one channel, or four neighboring ones, each for itself. FLOATS is f32 or vec4f, as in channels/unit.
alias Value = FLOATS;
alias Flags = WORDS;
alias Holds = TRUTHS;
