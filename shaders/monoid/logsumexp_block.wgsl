// A block of x, with one rescale: four sums of BLOCK exponentials each, then their tree.
fn lift_block(row: Row, block: u32) -> Acc {
  var m = vec4f(LOWEST);
  var flags = 0u;
  for (var k = 0u; k < BLOCK; k++) {
    let bits = block_x[k];
    flags |= flags_of4(bits);
    m = max(m, select(vec4f(LOWEST), bitcast<vec4f>(bits), (bits & vec4u(MAGNITUDE)) < vec4u(INFINITE)));
  }
  let top = max(max(m.x, m.y), max(m.z, m.w));
  var d = vec4f(0.0);
  for (var k = 0u; k < BLOCK; k++) {
    let bits = block_x[k];
    let finite = (bits & vec4u(MAGNITUDE)) < vec4u(INFINITE);
    d += select(vec4f(0.0), exp4(select(vec4f(LOWEST), bitcast<vec4f>(bits), finite) - top), finite);
  }
  return Acc(top, (d.x + d.y) + (d.z + d.w), flags);
}

fn fetch_block(row: Row, block: u32) {
  fetch_x(row, block);
}
