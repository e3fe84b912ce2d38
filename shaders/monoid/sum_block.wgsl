// A block of x, summed: four sums of BLOCK elements each, then their tree.
fn lift_block(row: Row, block: u32) -> Acc {
  var s = vec4f(0.0);
  var flags = 0u;
  for (var k = 0u; k < BLOCK; k++) {
    let bits = block_x[k];
    let finite = (bits & vec4u(MAGNITUDE)) < vec4u(INFINITE);
    if (!all(finite)) { // or not there: such elements look like -inf
      flags |= flags_of4(select(vec4u(0u), bits, live_at(row, vector_at(row, block, k))));
    }
    s += select(vec4f(0.0), bitcast<vec4f>(bits), finite);
  }
  return Acc((s.x + s.y) + (s.z + s.w), flags);
}

fn fetch_block(row: Row, block: u32) {
  fetch_x(row, block);
}
