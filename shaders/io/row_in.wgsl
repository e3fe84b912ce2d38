// NAME by rows: a lane's part of a block, as bits; ABSENT where the row has no element.
// needs: a block, a layout, reads of NAME, io/row
// provides: rows of NAME (block_NAME, load1_NAME), fetches of NAME (fetch_NAME)
var<private> block_NAME: array<vec4u, VECTORS_PER_LANE>;

fn load4_NAME(v: u32) -> vec4u {
  if (STRIDED) {
    let at = places_of(v);
    return vec4u(one_NAME(at.x), one_NAME(at.y), one_NAME(at.z), one_NAME(at.w));
  }
  return vector_NAME(v);
}

fn load1_NAME(i: u32) -> u32 {
  return one_NAME(place_of(i));
}

fn fetch_NAME(row: Row, block: u32) {
  if (is_whole(row, block)) {
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      block_NAME[k] = load4_NAME(vector_at(row, block, k));
    }
  } else {
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      if (is_inside(k)) {
        block_NAME[k] = load4_NAME(vector_at(row, block, k));
      } else {
        let bits = load4_NAME(near_vector_at(row, block, k));
        block_NAME[k] = select(vec4u(ABSENT), bits, live_at(row, vector_at(row, block, k)));
      }
    }
  }
}
