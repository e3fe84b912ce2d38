// What every gradient of a row is multiplied by: scale · upstream / (divisor · denominator), exactly 0 where a mean
// has nothing to divide by. Of upstream there is none, ONE_UPSTREAM, or one a row (EACH_UPSTREAM).
// needs: io/row, targets/wanted
struct Params {
  scale: f32,
  divisor: f32,
}

@group(0) @binding(0) var<storage, read> upstream: array<f32>;
@group(0) @binding(0) var<storage, read> denominator: array<f32>;

fn gradient_scale(row: Row) -> f32 {
  var g = params.scale;
  if (ONE_UPSTREAM) {
    g *= upstream[params.upstream_origin];
  }
  if (EACH_UPSTREAM) {
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
