// NAME by rows along the last axis, written.
fn store4_NAME(v: u32, value: vec4f, live: vec4<bool>) {
  put4_NAME(4u * v, bitcast<vec4u>(value), live);
}
