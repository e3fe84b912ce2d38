// The factor of every gradient in a row: scale · upstream / (divisor · denominator), exactly 0 where a mean has nothing
// to divide by. There is no upstream, one value (ONE_UPSTREAM), or one value per row (EACH_UPSTREAM).
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

// Whether the row's gradient is 0 whatever it holds: its label is ignored, or a mean has nothing to divide by.
fn is_idle() -> bool {
  return wanted.state == IGNORED || (wanted.state == COUNTS && gradient_divisor() == 0.0);
}
