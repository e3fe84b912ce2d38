// What every gradient of a row is multiplied by: scale · upstream / (divisor · denominator), exactly 0 where a mean
// has nothing to divide by. UPSTREAM: 0 none, 1 a scalar, 2 one a row.
fn gradient_scale(row: Row) -> f32 {
  var g = params.scale;
  if (UPSTREAM == 1u) {
    g *= upstream[params.upstream_origin];
  }
  if (UPSTREAM == 2u) {
    g *= upstream[params.upstream_origin + min(row.index, params.rows - 1u)];
  }
  return select(g / gradient_divisor(), 0.0, gradient_divisor() == 0.0);
}

fn gradient_divisor() -> f32 {
  var divisor = params.divisor;
  if (HAS_DENOMINATOR) {
    divisor *= denominator[params.denominator_origin];
  }
  return divisor;
}

// Rows whose gradient is 0 whatever they hold: an ignored label's, and all where a mean has nothing to divide by.
fn is_idle() -> bool {
  return wanted.state == IGNORED || (wanted.state == COUNTS && gradient_divisor() == 0.0);
}
