// A block of logits with its targets. SPREAD: targets reach beyond the label (label smoothing, probabilities).
fn lift_block(row: Row, b: u32) -> Acc {
  var acc = EMPTY;
  var m = vec4f(LOWEST);
  for (var k = 0u; k < BLOCK; k++) {
    let bits = block_logits[k];
    acc.flags |= flags_of4(bits);
    m = max(m, select(vec4f(LOWEST), bitcast<vec4f>(bits), counted_at(row, b, k)));
  }
  acc.m = max(max(m.x, m.y), max(m.z, m.w));
  var d = vec4f(0.0);
  var s = vec4f(0.0);
  var w = vec4f(0.0);
  for (var k = 0u; k < BLOCK; k++) {
    let bits = block_logits[k];
    let finite = (bits & vec4u(MAGNITUDE)) < vec4u(INFINITE);
    let x = select(vec4f(LOWEST), bitcast<vec4f>(bits), finite);
    d += select(vec4f(0.0), exp4(x - acc.m), counted_at(row, b, k));
    if (SPREAD) {
      let q = spread_at(row, b, k);
      let wants = q != vec4f(0.0);
      s += select(vec4f(0.0), q * (x - select(wanted.base, acc.m, SOFT)), finite & wants);
      w += q;
      acc.flags |= select(0u, SAW_IMPOSSIBLE, any(wants & (bits == vec4u(NEGATIVE_INFINITE))));
      acc.flags |= select(0u, SAW_NAN, !all((bitcast<vec4u>(q) & vec4u(MAGNITUDE)) < vec4u(INFINITE)));
    }
  }
  acc.d = (d.x + d.y) + (d.z + d.w);
  acc.s = (s.x + s.y) + (s.z + s.w);
  acc.w = (w.x + w.y) + (w.z + w.w);
  return acc;
}

// Finite logits of classes other than the label.
fn counted_at(row: Row, b: u32, k: u32) -> vec4<bool> {
  let i = 4u * vector_at(row, b, k) + IOTA;
  return ((block_logits[k] & vec4u(MAGNITUDE)) < vec4u(INFINITE)) & (i != vec4u(wanted.element));
}

fn fetch_block(row: Row, b: u32) {
  fetch_logits(row, b);
  fetch_targets(row, b);
}
