// NAME is written in the order of the box.
// needs: writes of NAME
// provides: a target NAME (store_NAME)
fn store_NAME(v: u32, bits: vec4u, live: vec4<bool>) {
  put4_NAME(4u * v, bits, live);
}
