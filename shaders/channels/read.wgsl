// A lane's block of NAME, by units that are read as elements or as vectors of four (FETCH: `one` or `vector`).
// needs: reads of NAME, channels/unit, channels/walk
// provides: blocks of NAME (block_NAME, fetch_NAME)
var<private> block_NAME: array<Unit, VECTORS_PER_LANE>;

fn fetch_NAME() {
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    block_NAME[k] = bitcast<Unit>(FETCH_NAME(spot(k)));
  }
}
