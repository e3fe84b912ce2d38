// 1 / (1 + exp -z) for finite z, without overflow; exactly 0 or 1 for large |z|.
// needs: an exponential
fn sigmoid_of(z: f32) -> f32 {
  let e = exp1(-abs(z));
  return select(e, 1.0, z >= 0.0) / (1.0 + e);
}
