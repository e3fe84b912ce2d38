// Cross-entropy's gradient and its loss together, one read of a held row and one write: with p = softmax(x) and Q = Σ q,
//   dx_c = g · (p_c·Q - q_c),
// at the label with p - 1 taken as -rest. g = scale · upstream / divisor. The gradient may replace the logits.
struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
  has_ignored: u32,
  ignored: i32,
  smoothing: f32,
  scale: f32,
  divisor: f32,
  logits_origin: u32,
  gradient_origin: u32,
  targets_origin: u32,
  weight_origin: u32,
  upstream_origin: u32,
  denominator_origin: u32,
  losses_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read> upstream: array<f32>;
@group(0) @binding(0) var<storage, read> denominator: array<f32>;
@group(0) @binding(0) var<storage, read_write> losses: array<f32>;

@compute @workgroup_size(WIDTH)
fn cross_entropy_backward(lane: Lane) {
  let row = row_of(lane);
  wanted = wanted_of(row);
  var mine = fold_row(row);
  mine.z = wanted.logit;
  let all = team_fold(mine, lane);
  let outcome = outcome_of(all);
  if (row.seat == 0u && row.index < params.rows) {
    losses[params.losses_origin + row.index] = outcome.loss;
  }
  let g = gradient_scale(row);
  let total = wanted.hard + all.w;
  let idle = is_idle();
  let blocks = blocks_of(row);
  for (var b = 0u; b < blocks; b++) {
    fetch_again_logits(row, b);
    fetch_again_targets(row, b);
    for (var k = 0u; k < BLOCK; k++) {
      let v = vector_at(row, b, k);
      let live = live_at(row, v);
      let bits = block_logits[k];
      let finite = (bits & vec4u(MAGNITUDE)) < vec4u(INFINITE);
      let e = exp4(select(vec4f(LOWEST), bitcast<vec4f>(bits), finite) - outcome.m);
      let p = select(vec4f(0.0), e * outcome.scale, finite);
      let is_label = 4u * v + IOTA == vec4u(wanted.element);
      var dx = select(p * total, p * all.w - wanted.hard * outcome.rest, is_label);
      if (SPREAD) {
        dx -= spread_at(row, b, k);
      }
      dx = select(dx * g, vec4f(nan()), outcome.broken);
      if (any(live)) {
        store4_gradient(v, select(dx, vec4f(0.0), idle), live);
      }
    }
  }
}
