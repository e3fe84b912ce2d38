// A lane's share of a block of NAME, as bits: -inf where the row has no element, so that masked and empty are one.
var<private> block_NAME: array<vec4u, BLOCK>;

fn fetch_NAME(row: Row, block: u32) {
  let last = max((row.end + 3u) / 4u, 1u) - 1u;
  for (var k = 0u; k < BLOCK; k++) {
    let v = vector_at(row, block, k);
    let bits = bitcast<vec4u>(load4_NAME(min(v, last)));
    block_NAME[k] = select(vec4u(NEGATIVE_INFINITE), bits, live_at(row, v));
  }
}

fn fetch_again_NAME(row: Row, block: u32) {
  if (!HELD) {
    fetch_NAME(row, block);
  }
}
