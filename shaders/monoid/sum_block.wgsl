// A block of x, summed: four sums of BLOCK elements each, then their tree.
const ABSENT = 0u;

fn lift_block(row: Row, block: u32) -> Acc {
  var s = vec4f(0.0);
  var high = vec4u(0u);
  for (var k = 0u; k < BLOCK; k++) {
    s += bitcast<vec4f>(block_x[k]);
    high = max(high, block_x[k] & vec4u(MAGNITUDE));
  }
  var flags = 0u;
  if (any(high >= vec4u(INFINITE))) { // then the sum is what its flags say
    s = vec4f(0.0);
    for (var k = 0u; k < BLOCK; k++) {
      flags |= flags_of4(block_x[k]);
    }
  }
  return Acc((s.x + s.y) + (s.z + s.w), flags);
}

fn fetch_block(row: Row, block: u32) {
  fetch_x(row, block);
}
