// Moments from the rows of a state. With count 0 they are EMPTY, whatever the other rows hold.
// needs: a monoid, math/special, monoid/moments
fn moments_of(n: u32, mean: f32, m2: f32, tail: f32) -> Acc {
  if (n == 0u) {
    return EMPTY;
  }
  if (!(is_finite(bitcast<u32>(mean)) && is_finite(bitcast<u32>(m2)) && is_finite(bitcast<u32>(tail)))) {
    return Acc(n, 0.0, 0.0, 0.0, 1u);
  }
  return moments(n, mean, 0.0, tail, m2, 0u);
}
