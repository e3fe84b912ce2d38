// A lane's block of NAME as m = max x and d = Σ exp(x - m): four sums of BLOCK exponentials each, then their tree. An element
// costs no test, since -inf adds exp(LOWEST - m) = 0. Where m itself is LOWEST it would add 1, and what is not finite has
// to be told apart: both are rare, and looked at then.
struct Exponentials {
  m: f32,
  d: f32,
  flags: u32,
}

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
  var d = vec4f(0.0);
  for (var k = 0u; k < BLOCK; k++) {
    d += exp4(bounded(block_NAME[k]) - top);
  }
  var flags = 0u;
  if (saw_nan_or_infinity(high, highest) || top == LOWEST) {
    d = vec4f(0.0);
    for (var k = 0u; k < BLOCK; k++) {
      let bits = block_NAME[k];
      flags |= flags_of4(bits);
      d += select(vec4f(0.0), vec4f(1.0), bits == vec4u(LOWEST_BITS));
    }
  }
  return Exponentials(top, (d.x + d.y) + (d.z + d.w), flags);
}
