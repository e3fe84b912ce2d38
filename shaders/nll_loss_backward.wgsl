// The gradient of nll_loss_forward for log-probabilities: dx_c = -g · q_c, g = scale · upstream / divisor. The
// log-probabilities' values do not matter.
struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
  slices: u32,
  slice_cols: u32,
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
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read> upstream: array<f32>;
@group(0) @binding(0) var<storage, read> denominator: array<f32>;

struct Outcome {
  g: f32,
  idle: bool,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  for (var k = 0u; k < BLOCK; k++) {
    let v = vector_at(row, b, k);
    let is_label = 4u * v + IOTA == vec4u(wanted.element);
    var q = select(vec4f(0.0), vec4f(wanted.hard), is_label);
    if (SPREAD) {
      q += spread_at(row, b, k);
    }
    let dx = select(-o.g * q, vec4f(nan()), wanted.state == FAULTY);
    store4_gradient(row, v, select(dx, vec4f(0.0), o.idle), whole);
  }
}

fn fetch_block(row: Row, b: u32) {
  fetch_targets(row, b);
}

const ABSENT = NEGATIVE_INFINITE;
const READS_AGAIN = true;

@compute @workgroup_size(WIDTH)
fn nll_loss_backward(lane: Lane) {
  let row = row_of(lane);
  wanted = wanted_of(row);
  if (HELD) {
    fetch_block(row, 0u);
  }
  write_row(row, Outcome(gradient_scale(row), is_idle()));
}
