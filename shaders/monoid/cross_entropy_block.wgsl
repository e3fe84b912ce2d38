// A block of logits with its targets. SPREAD: targets extend beyond the label (label smoothing, probabilities).
// needs: a monoid, falling exponentials, fetches of logits, fetches of targets, rows of logits, targets, io/row,
//   math/special, monoid/cross_entropy, monoid/exponentials, targets/wanted
// provides: a block (ABSENT, fetch_block), a lift (lift_block), a lift in two steps (highest_of_block, lift_below),
//   a beginning (begin)
const ABSENT = NEGATIVE_INFINITE;

fn begin(row: Row) {
  wanted = wanted_of(row);
}

fn lift_block(row: Row, b: u32) -> Acc {
  return lift_below(row, b, highest_logits());
}

fn highest_of_block() -> Highest {
  return highest_logits();
}

fn lift_below(row: Row, b: u32, highest: Highest) -> Acc {
  var acc = EMPTY;
  acc.m = highest.m;
  acc.flags = highest.flags;
  // The label's exponential is left out of the sum. Lanes without the label have no vector at this distance.
  let distance = wanted.element / 4u - vector_at(row, b, 0u);
  let is_label = IOTA == vec4u(wanted.element % 4u);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let has_label = distance == k / PACK * PACK * LANES_PER_ROW + k % PACK;
    block_logits[k] = select(block_logits[k], vec4u(NOTHING), is_label & vec4<bool>(has_label));
  }
  if (distance % (PACK * LANES_PER_ROW) < PACK && distance < VECTORS_PER_LANE * LANES_PER_ROW) {
    let label = load1_logits(wanted.element);
    acc.z = bounded(vec4u(label)).x;
    acc.flags |= select(SAW_LABEL, 0u, label == NEGATIVE_INFINITE);
  }
  acc.d = sum_logits(acc.m);
  if (SPREAD) {
    var s = vec4f(0.0);
    var w = vec4f(0.0);
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      let bits = block_logits[k];
      let q = spread_at(row, b, k);
      let wants = q != vec4f(0.0);
      s += select(vec4f(0.0), q * (value_of(bits) - acc.m), wants & (bits != vec4u(NOTHING)));
      w += q;
      acc.flags |= select(0u, SAW_IMPOSSIBLE, any(wants & (bits == vec4u(NOTHING))));
      acc.flags |= select(0u, SAW_NAN, any((bitcast<vec4u>(q) & vec4u(MAGNITUDE)) >= vec4u(INFINITE)));
    }
    acc.s = (s.x + s.y) + (s.z + s.w);
    acc.w = (w.x + w.y) + (w.z + w.w);
  }
  return acc;
}

fn fetch_block(row: Row, b: u32) {
  fetch_logits(row, b);
  fetch_targets(row, b);
}
