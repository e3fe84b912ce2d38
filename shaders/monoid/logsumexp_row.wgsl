// A lane's share of a row of x, folded. Sums are nested, a block of 4·BLOCK elements in at most 64 blocks in the row:
// one long serial sum loses digits (8,192 additions: 3.6e-6).
fn lift_block_x() -> Acc {
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

fn fold_row_x(row: Row) -> Acc {
  var outer = EMPTY;
  var inner = EMPTY;
  let blocks = blocks_of(row);
  for (var b = 0u; b < blocks; b++) {
    fetch_x(row, b);
    inner = merge(inner, lift_block_x());
    if (b % 64u == 63u) {
      outer = merge(outer, inner);
      inner = EMPTY;
    }
  }
  return merge(outer, inner);
}
