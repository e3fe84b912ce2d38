// 1 / (1 + exp -z) without overflow; exactly 0 and 1 far out. z is finite.
// needs: math/exp
fn sigmoid_of(z: f32) -> f32 {
  let e = exp1(-abs(z));
  return select(e, 1.0, z >= 0.0) / (1.0 + e);
}
