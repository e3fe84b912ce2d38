// y_r = Σ_c x_rc / (divisor · denominator), or empty_bits where that product is 0. A row with NaN or with infinities of
// both signs is NaN; one with infinities of one sign is that infinity. With several slices, each slice of a row gets a
// y with divisor 1, and another launch of this kernel sums those.
// needs: a fold, a monoid, an axis, single writes of y, fold/nested, io/row, io/slices_axis, math/special
struct Params {
  divisor: f32,
  empty_bits: u32,
}

@group(0) @binding(0) var<storage, read> denominator: array<f32>; // one element, unused unless HAS_DENOMINATOR

@compute @workgroup_size(WORKGROUP_SIZE)
fn sum_forward(lane: Lane) {
  let row = row_of(lane);
  let sum = team_fold(fold_row(row), lane);
  if (row.seat == 0u && row.index < params.rows) {
    put1_y(slice_index(lane), divided(sum));
  }
}

fn divided(sum: Acc) -> u32 {
  var d = params.divisor;
  if (HAS_DENOMINATOR) {
    d *= denominator[params.denominator_origin];
  }
  let d_bits = bitcast<u32>(d);
  if ((d_bits & MAGNITUDE) == 0u) {
    return params.empty_bits;
  }
  let unbounded = bits_of_flags(sum.flags); // valid only where there are flags
  if ((sum.flags != 0u && is_nan(unbounded)) || is_nan(d_bits)) {
    return params.nan_bits;
  }
  if (!is_finite(d_bits)) {
    return select(params.nan_bits, 0u, sum.flags == 0u);
  }
  if (sum.flags != 0u) {
    return unbounded ^ (d_bits & 0x80000000u);
  }
  return bitcast<u32>(select(sum.s / d, sum.s, d == 1.0)); // a division may be off by 2.5 ulp, even by 1
}
