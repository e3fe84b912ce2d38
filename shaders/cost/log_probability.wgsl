// -x of a log-probability, as bits.
fn cost_of(bits: u32) -> u32 {
  return bits ^ 0x80000000u;
}
