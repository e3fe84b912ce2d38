// The value that a lane folds: that of one channel, or of four neighboring channels separately. FLOATS is f32 or vec4f,
// as in channels/unit.
alias Value = FLOATS;
alias Flags = WORDS;
alias Holds = TRUTHS;
