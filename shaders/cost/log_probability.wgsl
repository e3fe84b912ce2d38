// The cost of a log-probability x: -x, as bits.
// provides: a cost (cost_of)
fn cost_of(bits: u32) -> u32 {
  return bits ^ 0x80000000u;
}
