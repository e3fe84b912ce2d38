// The moments of a lane's block of x, held in registers: u = x - p, s = Σu/n, M2 = Σ(u - s)², with the block's first
// element as p. Equal elements give u = 0, so M2 exactly 0 and the mean exactly their value.
var<private> block_x: array<Unit, BLOCK>;

fn lift_block_x(count: u32) -> Acc {
  var healthy = true;
  for (var k = 0u; k < BLOCK; k++) {
    block_x[k] = unit_x(spots[k]);
    healthy = healthy & (all(finite(block_x[k])) | (k >= count));
  }
  let n = count * VECTOR;
  if (!healthy || count == 0u) {
    return Acc(n, 0.0, 0.0, 0.0, select(1u, 0u, healthy));
  }
  let p = leading(block_x[0]);
  var sum = Unit(0.0);
  for (var k = 0u; k < BLOCK; k++) {
    block_x[k] = veiled_unit(select(Unit(0.0), block_x[k] - Unit(p), k < count));
    sum += block_x[k];
  }
  let s = total(sum) / f32(n);
  var squares = Unit(0.0);
  for (var k = 0u; k < BLOCK; k++) {
    let e = select(Unit(0.0), block_x[k] - Unit(s), k < count);
    squares += e * e;
  }
  return moments(n, p, 0.0, s, total(squares), 0u);
}
