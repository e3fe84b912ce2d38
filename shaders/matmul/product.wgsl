// The product of four columns of a and four rows of b: column i belongs to row i of c.
fn product(a_at: vec4u, b_at: vec4u, live: vec4<bool>, whole: bool) -> mat4x4f {
  var a = mat4x4f(floats_a(a_at.x), floats_a(a_at.y), floats_a(a_at.z), floats_a(a_at.w));
  var b = mat4x4f(floats_b(b_at.x), floats_b(b_at.y), floats_b(b_at.z), floats_b(b_at.w));
  if (TRANSPOSE_A) {
    a = transpose(a);
  }
  if (TRANSPOSE_B) {
    b = transpose(b);
  }
  if (!whole) { // what stands past the last k may be NaN: both factors are masked
    let zero = vec4f(0.0);
    a = mat4x4f(select(zero, a[0], live), select(zero, a[1], live), select(zero, a[2], live), select(zero, a[3], live));
    b = mat4x4f(select(zero, b[0], live.x), select(zero, b[1], live.y), select(zero, b[2], live.z), select(zero, b[3], live.w));
  }
  return b * a;
}
