// A block of x, lifted to its largest key.
// needs: a monoid, fetches of x, keys, rows of x, io/row, math/special
// provides: a block (ABSENT, fetch_block), a lift (lift_block)
const ABSENT = NEGATIVE_INFINITE;

fn lift_block(row: Row, block: u32) -> Acc {
  var top = vec4u(EMPTY);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    var keys = keys_of(block_x[k]);
    if (!IS_FLOAT) { // a missing element reads as -inf, which changes no maximum of floats
      keys = select(vec4u(EMPTY), keys, live_at(row, vector_at(row, block, k)));
    }
    top = max(top, keys);
  }
  return max(max(top.x, top.y), max(top.z, top.w));
}

fn fetch_block(row: Row, block: u32) {
  fetch_x(row, block);
}
