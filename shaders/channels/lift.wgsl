// The moments of a lane's block of x, which stays in registers: u = x - p, s = Σu/n, M2 = Σ(u - s)², where p is the
// block's first element. Equal elements give u = 0, so M2 is exactly 0 and the mean is exactly their value. Non-finite
// elements of the block become 0.
// needs: a monoid, a unit's values, blocks of x, channels/unit, channels/value, monoid/moments
fn lift_block_x(count: u32) -> Acc {
  fetch_x();
  var extremes = NO_EXTREMES;
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    extremes = extremes_with(extremes, block_x[k]);
  }
  // Not `&& all(...)`: some releases of Chromium generate invalid SPIR-V for `all` of a single bool.
  var acc = EMPTY;
  if (all(all_finite(extremes) & Truth(count == VECTORS_PER_LANE))) {
    acc = moments_of_block(VECTORS_PER_LANE, Flags(0u));
  } else {
    var broken = Bits(0u);
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      let number = finite(block_x[k]);
      broken |= select(Bits(0u), Bits(1u), !number & Truth(k < count));
      block_x[k] = select(Unit(0.0), block_x[k], number);
    }
    acc = moments_of_block(count, united(broken));
  }
  return acc;
}

fn from_first(k: u32, p: Value) -> Unit {
  return difference(block_x[k], Unit(p));
}

// The moments of the first `count` units of the block, which are finite. With a constant `count` the compiler removes
// the masks.
fn moments_of_block(count: u32, broken: Flags) -> Acc {
  let n = count * (VECTOR / UNIT_CHANNELS);
  let p = leading(block_x[0]);
  var sum = Unit(0.0);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    sum += select(Unit(0.0), from_first(k, p), k < count);
  }
  let s = total(sum) / f32(max(n, 1u));
  var squares = Unit(0.0);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let e = select(Unit(0.0), from_first(k, p) - Unit(s), k < count);
    squares += e * e;
  }
  return moments(n, p, Value(0.0), s, total(squares), broken);
}
