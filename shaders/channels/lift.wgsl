// The moments of a lane's block of x, held in registers: u = x - p, s = Σu/n, M2 = Σ(u - s)², with the block's first
// element as p. Equal elements give u = 0, so M2 exactly 0 and the mean exactly their value. The block stays as it is, but
// for what is not finite.
// needs: a monoid, a unit's values, units of x, channels/unit, channels/value, channels/walk, math/special, monoid/moments
var<private> block_x: array<Unit, VECTORS_PER_LANE>;

fn lift_block_x(count: u32) -> Acc {
  var largest = Bits(0u);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    block_x[k] = unit_x(spots[k]);
    largest = max(largest, magnitude(block_x[k]));
  }
  // Not `&& all(...)`: of a single bool some releases of Chromium make invalid SPIR-V.
  if (all((largest < Bits(INFINITE)) & Truth(count == VECTORS_PER_LANE))) {
    return moments_of_block(VECTORS_PER_LANE, Flags(0u));
  }
  var broken = Bits(0u);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let number = finite(block_x[k]);
    broken |= select(Bits(0u), Bits(1u), !number & Truth(k < count));
    block_x[k] = select(Unit(0.0), block_x[k], number);
  }
  return moments_of_block(count, united(broken));
}

fn from_first(k: u32, p: Value) -> Unit {
  return veiled_unit(block_x[k] - Unit(p));
}

// Of the first `count` units of the block, which are finite. Where all are, no mask is left of it.
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
