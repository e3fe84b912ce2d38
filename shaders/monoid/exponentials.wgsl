// A lane's block of NAME as m = max x and d = Σ exp(x - m): four sums of VECTORS_PER_LANE exponentials each, then a
// tree. -inf adds nothing, even in a block of only -inf. There is no branch, since every element would pay for one that
// an adapter does not skip. A block in registers may keep its exponentials in place of its elements
// (KEEPS_EXPONENTIALS), which the second pass then only scales.
// needs: falling exponentials, rows of NAME, what is kept, math/special
struct Highest {
  m: f32,
  flags: u32,
}

fn highest_NAME() -> Highest {
  var m = vec4f(LOWEST);
  var high = vec4u(0u);
  var highest = vec4i(LEAST_I32);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let bits = block_NAME[k];
    high = max(high, bits);
    highest = max(highest, bitcast<vec4i>(bits));
    block_NAME[k] = comparable(bits);
    m = max(m, value_of(block_NAME[k]));
  }
  return Highest(max(max(m.x, m.y), max(m.z, m.w)), select(0u, SAW_NAN, breaks(high, highest)));
}

// Σ exp(x - m), with m no less than any element.
fn sum_NAME(m: f32) -> f32 {
  var d = vec4f(0.0);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let e = exponential4(block_NAME[k], m);
    if (KEEPS_EXPONENTIALS) {
      block_NAME[k] = bitcast<vec4u>(e);
    }
    d += e;
  }
  return (d.x + d.y) + (d.z + d.w);
}
