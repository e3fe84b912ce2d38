// NAME of f16 elements by rows, two vectors with each load of 16 bytes (PACK == 2): a lane's part of a block, as bits;
// ABSENT where the row has no element.
// needs: a block, pairs of NAME, reads of NAME, io/row
// provides: rows of NAME (block_NAME, load1_NAME), fetches of NAME (fetch_NAME)
var<private> block_NAME: array<vec4u, VECTORS_PER_LANE>;

fn load1_NAME(i: u32) -> u32 {
  return one_NAME(i);
}

fn fetch_NAME(row: Row, block: u32) {
  if (is_whole(row, block)) {
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      if (k % 2u == 0u) {
        let pair = pair_NAME(unit_at(row, block, k));
        block_NAME[k] = pair.first;
        block_NAME[k / 2u * 2u + 1u] = pair.second;
      }
    }
  } else {
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      if (k % 2u == 0u) {
        if (is_inside(k)) {
          let pair = pair_NAME(unit_at(row, block, k));
          block_NAME[k] = pair.first;
          block_NAME[k / 2u * 2u + 1u] = pair.second;
        } else {
          let v = vector_at(row, block, k);
          let pair = pair_NAME(near_vector_at(row, block, k) / 2u);
          block_NAME[k] = select(vec4u(ABSENT), pair.first, live_at(row, v));
          block_NAME[k / 2u * 2u + 1u] = select(vec4u(ABSENT), pair.second, live_at(row, v + 1u));
        }
      }
    }
  }
}
