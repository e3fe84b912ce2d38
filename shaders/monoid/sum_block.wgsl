// A block of x, summed: four sums of VECTORS_PER_LANE elements each, then a tree.
// needs: a monoid, fetches of x, rows of x, io/row, math/special
// provides: a block (ABSENT, fetch_block), a lift (lift_block)
const ABSENT = 0u;

fn lift_block(row: Row, block: u32) -> Acc {
  var s = vec4f(0.0);
  var high = vec4u(0u);
  var highest = vec4i(LEAST_I32);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    s += bitcast<vec4f>(block_x[k]);
    high = max(high, block_x[k]);
    highest = max(highest, bitcast<vec4i>(block_x[k]));
  }
  let flags = flags_among(high, highest);
  return Acc(select((s.x + s.y) + (s.z + s.w), 0.0, flags != 0u), flags); // any flags decide the sum
}

fn fetch_block(row: Row, block: u32) {
  fetch_x(row, block);
}
