// A lane's block of NAME as m = max x and d = Σ exp(x - m): four sums of BLOCK exponentials each, then their tree. An element
// costs no test, since -inf adds exp(LOWEST - m) = 0. Where m itself is LOWEST it would add 1, and what is not finite has
// to be told apart: both are rare, and looked at then. A held block may keep its exponentials in its elements' place
// (KEEPS_EXPONENTIALS): the second pass has only to scale them.
struct Exponentials {
  m: f32,
  d: f32,
  flags: u32,
}

var<private> top_NAME: f32; // the m of the latest block

fn exponentials_NAME() -> Exponentials {
  var m = vec4f(LOWEST);
  var high = vec4u(0u);
  var highest = LEAST_I32;
  for (var k = 0u; k < BLOCK; k++) {
    let bits = block_NAME[k];
    high = max(high, bits);
    highest = max(highest, bitcast<vec4i>(bits));
    m = max(m, bounded(bits));
  }
  let top = max(max(m.x, m.y), max(m.z, m.w));
  top_NAME = top;
  var d = vec4f(0.0);
  var flags = 0u;
  if (saw_nan_or_infinity(high, highest) || top == LOWEST) {
    for (var k = 0u; k < BLOCK; k++) {
      let bits = block_NAME[k];
      flags |= flags_of4(bits);
      let e = select(vec4f(0.0), exp4(bounded(bits) - top), bits != vec4u(NEGATIVE_INFINITE));
      keep_NAME(k, e);
      d += e;
    }
  } else {
    for (var k = 0u; k < BLOCK; k++) {
      let e = exp4(bounded(block_NAME[k]) - top);
      keep_NAME(k, e);
      d += e;
    }
  }
  return Exponentials(top, (d.x + d.y) + (d.z + d.w), flags);
}

fn keep_NAME(k: u32, e: vec4f) {
  if (KEEPS_EXPONENTIALS) {
    block_NAME[k] = bitcast<vec4u>(e);
  }
}
