// A lane's block of NAME, f16 elements whose start is aligned to 16 bytes: one load for two units of four (PACK == 2).
// needs: pairs of NAME, channels/unit, channels/walk
// provides: blocks of NAME (block_NAME, fetch_NAME)
var<private> block_NAME: array<Unit, VECTORS_PER_LANE>;

fn fetch_NAME() {
  for (var k = 0u; k < STOPS; k++) {
    let pair = pair_NAME(spots[k]);
    block_NAME[2u * k] = bitcast<Unit>(pair.first);
    block_NAME[2u * k + 1u] = bitcast<Unit>(pair.second);
  }
}
