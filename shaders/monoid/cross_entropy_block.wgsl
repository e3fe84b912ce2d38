// A block of logits with its targets. SPREAD: targets extend beyond the label (label smoothing, probabilities).
// needs: a monoid, fetches of logits, fetches of targets, rows of logits, targets, io/row, math/special,
//   monoid/cross_entropy, monoid/exponentials, targets/wanted
// provides: a block (ABSENT, fetch_block), a lift (lift_block), a beginning (begin)
const ABSENT = NEGATIVE_INFINITE;

fn begin(row: Row) {
  wanted = wanted_of(row);
}

fn lift_block(row: Row, b: u32) -> Acc {
  var acc = EMPTY;
  if (b == block_with(row, wanted.element)) { // this lane has the label, which is not one of the spread classes
    var label = vec4u(NEGATIVE_INFINITE);
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      let is_label = 4u * vector_at(row, b, k) + IOTA == vec4u(wanted.element);
      label = select(label, block_logits[k], is_label);
      block_logits[k] = select(block_logits[k], vec4u(NEGATIVE_INFINITE), is_label);
    }
    acc.flags = flags_among(label, bitcast<vec4i>(label));
    acc.flags |= select(0u, SAW_LABEL, any(label != vec4u(NEGATIVE_INFINITE)));
    acc.z = max4(bounded(label));
  }
  let e = exponentials_logits();
  acc.m = e.m;
  acc.d = e.d;
  acc.flags |= e.flags;
  if (SPREAD) {
    var s = vec4f(0.0);
    var w = vec4f(0.0);
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      let bits = block_logits[k];
      let q = spread_at(row, b, k);
      let wants = q != vec4f(0.0);
      s += select(vec4f(0.0), q * (bounded(bits) - acc.m), wants & (bits != vec4u(NEGATIVE_INFINITE)));
      w += q;
      acc.flags |= select(0u, SAW_IMPOSSIBLE, any(wants & (bits == vec4u(NEGATIVE_INFINITE))));
      acc.flags |= select(0u, SAW_NAN, any((bitcast<vec4u>(q) & vec4u(MAGNITUDE)) >= vec4u(INFINITE)));
    }
    acc.s = (s.x + s.y) + (s.z + s.w);
    acc.w = (w.x + w.y) + (w.z + w.w);
  }
  return acc;
}

fn max4(x: vec4f) -> f32 {
  return max(max(x.x, x.y), max(x.z, x.w));
}

fn fetch_block(row: Row, b: u32) {
  fetch_logits(row, b);
  fetch_targets(row, b);
}
