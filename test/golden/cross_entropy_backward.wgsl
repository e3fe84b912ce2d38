// prelude of cross_entropy_backward
const LANES_PER_ROW: u32 = 128u;
const WORKGROUP_SIZE: u32 = 128u;
const VECTORS_PER_LANE: u32 = 8u;
const SUBGROUPS: u32 = 1u;
const PACK: u32 = 1u;
const LANE_STRIDE: u32 = 1u;
const IN_REGISTERS: bool = false;
const WHOLE: bool = true;
const MASKED: bool = false;
const LAST: bool = false;
const MOST_SLICES: u32 = 256u;
const SPREAD: bool = false;
const WEIGHTED: bool = false;
const ONLY_EXPECTED: bool = false;
const ONE_UPSTREAM: bool = false;
const EACH_UPSTREAM: bool = false;
const HAS_DENOMINATOR: bool = false;

// parameters of cross_entropy_backward
struct Params {
  cols: u32,
  denominator_origin: u32,
  divisor: f32,
  gradient_origin: u32,
  has_ignored: u32,
  ignored: i32,
  inner: u32,
  logits_origin: u32,
  losses_origin: u32,
  nan_bits: u32,
  rows: u32,
  scale: f32,
  slice_cols: u32,
  slices: u32,
  smoothing: f32,
  targets_origin: u32,
  upstream_origin: u32,
  weight_origin: u32,
}
@group(0) @binding(0) var<uniform> params: Params;

// shaders/cross_entropy_backward.wgsl
// The gradient and the loss of cross-entropy together, with one read and one write of a row in registers. With p =
// softmax(x) and Q = Σ q,
//   dx_c = g · (p_c·Q - q_c),   g = scale · upstream / (divisor · denominator),
// or with ONLY_EXPECTED its first term, g · p_c·Q. At the label p - 1 is computed as -rest (math/cross_entropy). The
// gradient may replace the logits.
// needs: a fold, a place for losses, a row's total, an axis, falling exponentials, rows into gradient, rows of logits,
//   targets, io/row, io/row_write, math/cross_entropy, math/special, monoid/exponentials, targets/gradient_scale,
//   targets/wanted
// provides: an outcome (Outcome, write_block, READS_AGAIN), what is kept (KEEPS_EXPONENTIALS)
@compute @workgroup_size(WORKGROUP_SIZE)
fn cross_entropy_backward(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  let loss = loss_of(all);
  keep_loss(row, lane, loss.loss);
  let g = gradient_scale(row);
  let idle = is_idle();
  let factor = loss.scale * (wanted.hard + all.w) * g;
  let label = (loss.label_p * all.w + wanted.hard * select(-loss.rest, loss.label_p, ONLY_EXPECTED)) * g;
  write_row(row, Outcome(all.m, factor, g, label, loss.broken || idle, select(nan(), 0.0, idle)));
}

struct Outcome {
  m: f32,
  factor: f32, // multiplies exp(x - m) in the gradient
  g: f32,
  label: f32, // gradient at the label
  replaced: bool, // one value fills the row
  replacement: f32,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  let has_label = b == block_with(row, wanted.element);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let v = vector_at(row, b, k);
    let bits = block_logits[k];
    var e = bitcast<vec4f>(bits);
    if (!KEEPS_EXPONENTIALS) {
      e = exponential4(comparable(bits), o.m);
    }
    var dx = e * o.factor;
    if (SPREAD && !ONLY_EXPECTED) {
      dx -= spread_at(row, b, k) * o.g;
    }
    if (has_label) {
      dx = select(dx, vec4f(o.label), 4u * v + IOTA == vec4u(wanted.element));
    }
    store4_gradient(row, v, select(dx, vec4f(o.replacement), o.replaced), whole || is_inside(k));
  }
}

const KEEPS_EXPONENTIALS = IN_REGISTERS && !SPREAD;
const READS_AGAIN = true;

// shaders/math/cross_entropy.wgsl
// The loss and the gradient of a row, from its fold. z is the label's logit, m the largest one, and S = Σ exp(x - m) over
// the other classes. With D = S + exp(z - m), the label's loss is -log p = (m - z) + log D, where log D is log1p(S) if
// the label leads, and its gradient is p - 1 = -rest with rest = S / D. Neither cancels when the row is confident. The
// loss of the other classes is Σ q·(m + log D - x) = w·log D - s.
// needs: a monoid, an exponential, math/log, math/special, monoid/cross_entropy, targets/wanted
struct RowLoss {
  loss: f32,
  scale: f32, // 1 / D
  rest: f32,
  label_p: f32, // 0 without a label
  broken: bool, // loss and gradient are NaN
}

fn loss_of(all: Acc) -> RowLoss {
  let has_label = wanted.element != NOWHERE;
  let possible = (all.flags & SAW_LABEL) != 0u;
  let label = select(0.0, exp1(all.z - all.m), possible); // exactly 1 where the label leads
  let d = all.d + label;
  let log_d = log_near(max(d, 1.0), select(1.0, all.d, label == 1.0));
  var loss = wanted.hard * (select(0.0, all.m - all.z, possible) + log_d);
  if (SPREAD) {
    loss += all.w * log_d - all.s;
  }
  let impossible = (has_label && !possible && wanted.hard != 0.0) || (all.flags & SAW_IMPOSSIBLE) != 0u;
  let broken = (all.flags & (SAW_NAN | SAW_INFINITY)) != 0u || d == 0.0 || wanted.state == FAULTY;
  loss = select(loss, infinity(), impossible);
  loss = select(loss, nan(), broken);
  let scale = 1.0 / max(d, 1.0);
  return RowLoss(select(loss, 0.0, wanted.state == IGNORED), scale, all.d * scale, label * scale, broken);
}

// shaders/math/exp.wgsl
// exp(u) for u <= 88, within 1.2 ulp on every adapter (the built-in may be off by 3 + 2|u| ulp); exactly 1 at 0,
// exactly 0 from -104 down. Cody and Waite: u = k·ln 2 + r, |r| <= ln 2 / 2; k·LN2_HIGH is exact without a fused
// multiply-add. Rounding uses the integer that the magic addend leaves in the mantissa, since compilers fold (u + C) -
// C away.
// provides: an exponential (exp1, exp4)
const LOG2_E = 1.44269504088896341f;
const LN2_HIGH = 0.693359375f; // 10 bits, so products with |k| < 2^14 are exact
const LN2_LOW = -2.12194440e-4f;

fn exp4(u: vec4f) -> vec4f {
  let v = max(u, vec4f(-104.0));
  let k = bitcast<vec4i>(v * LOG2_E + 12582912.0) - vec4i(0x4b400000);
  let q = vec4f(k);
  let r = (v - q * LN2_HIGH) - q * LN2_LOW;
  // (e^r - 1 - r) / r² on |r| <= ln 2 / 2, minimax (Remez): e^r is off by 2e-9, 1/60 of an ulp.
  var p = r * 1.3893407412e-3 + 8.3702996018e-3;
  p = p * r + 4.1667091005e-2;
  p = p * r + 1.6666505746e-1;
  p = p * r + 4.9999998126e-1;
  let e = (p * (r * r) + r) + 1.0;
  // Scaled by 2^k in the exponent bits. A result below their range is 0.
  return bitcast<vec4f>(max(bitcast<vec4i>(e) + (k << vec4u(23u)), vec4i(0)));
}

fn exp1(u: f32) -> f32 {
  return exp4(vec4f(u)).x;
}

// shaders/math/falling.wgsl
// exp(x - m) of elements x given by their bits, with m no less than any of them: exactly 1 at m, and exactly 0 for -inf,
// whatever m is.
// needs: an exponential, math/special
// provides: falling exponentials (NOTHING, comparable, value_of, exponential4)
const NOTHING = NEGATIVE_INFINITE; // the bits of an element that adds nothing

// What exponential4 takes and value_of shows as a number.
fn comparable(bits: vec4u) -> vec4u {
  return bits;
}

fn value_of(comparable: vec4u) -> vec4f {
  return bounded(comparable);
}

fn exponential4(comparable: vec4u, m: f32) -> vec4f {
  return select(vec4f(0.0), exp4(bounded(comparable) - m), comparable != vec4u(NEGATIVE_INFINITE));
}

// shaders/math/log.wgsl
// log(x) for finite x > 0 and log1p(f) for f > -1/4, within 2 ulp even where the result is tiny (the built-in promises
// 2^-21 absolute near 1, which leaves a small loss no correct digit). FreeBSD's e_logf.c: s = f / (2 + f), an even
// polynomial in s.
fn log1p_reduced(f: f32) -> f32 { // 1 + f in [sqrt 1/2, sqrt 2]
  let s = f / (2.0 + f);
  let z = s * s;
  let w = z * z;
  let t1 = w * (0.40000972152 + w * 0.24279078841);
  let t2 = z * (0.66666662693 + w * 0.28498786688);
  let half_square = 0.5 * f * f;
  return f - (half_square - s * (half_square + (t2 + t1)));
}

fn log_of(x: f32) -> f32 {
  return log_near(x, 1.0);
}

fn log1p_of(f: f32) -> f32 {
  return log_near(1.0 + f, f);
}

// log(x), where x may be a rounded 1 + rest: below sqrt 2, rest has the digits that x has not.
fn log_near(x: f32, rest: f32) -> f32 {
  // x = 2^k · (1 + f); the offset puts 1 + f into [sqrt 1/2, sqrt 2].
  let shifted = bitcast<u32>(x) + (0x3f800000u - 0x3f3504f3u);
  let k = f32(i32(shifted >> 23u) - 127);
  let f = bitcast<f32>((shifted & 0x007fffffu) + 0x3f3504f3u) - 1.0;
  return k * 0.693359375 + (log1p_reduced(select(f, rest, rest < 0.41)) + k * -2.12194440e-4);
}

// shaders/math/special.wgsl
// NaN and infinities, by their bits. Compilers may assume that floats are finite, so no float comparison tests for
// them, and no literal or override can hold one. The bits of NaN come from the host (Params.nan_bits).
const MAGNITUDE = 0x7fffffffu;
const INFINITE = 0x7f800000u;
const INFINITE_I32 = 0x7f800000;
const NEGATIVE_INFINITE = 0xff800000u;
const LARGEST = 0x1.fffffep+127f;
const LOWEST = -0x1.fffffep+127f;
const LOWEST_BITS = 0xff7fffffu;

const LEAST_I32 = -0x7fffffff - 1;

const SAW_NAN = 1u;
const SAW_INFINITY = 2u;
const SAW_NEGATIVE_INFINITY = 4u;

fn nan() -> f32 {
  return bitcast<f32>(params.nan_bits);
}

// A run-time value by construction: the bits of NaN without those that make it a NaN.
fn infinity() -> f32 {
  return bitcast<f32>(params.nan_bits & INFINITE);
}

fn negative_infinity() -> f32 {
  return bitcast<f32>((params.nan_bits & INFINITE) | 0x80000000u);
}

fn is_finite(bits: u32) -> bool {
  return (bits & MAGNITUDE) < INFINITE;
}

fn is_nan(bits: u32) -> bool {
  return (bits & MAGNITUDE) > INFINITE;
}

fn flags_of(bits: u32) -> u32 {
  if (is_finite(bits)) {
    return 0u;
  }
  if (is_nan(bits)) {
    return SAW_NAN;
  }
  return select(SAW_INFINITY, SAW_NEGATIVE_INFINITY, bits == NEGATIVE_INFINITE);
}

// The same for many elements, from the largest of their bits and the largest of them as signed numbers: two operations
// per element and no branch. NaN may hide an infinity, but it decides the result alone.
fn flags_among(high: vec4u, highest: vec4i) -> u32 {
  let has_nan = any(high > vec4u(NEGATIVE_INFINITE)) | any(highest > vec4i(INFINITE_I32));
  return select(0u, SAW_NAN, has_nan)
    | select(0u, SAW_INFINITY, any(highest == vec4i(INFINITE_I32)))
    | select(0u, SAW_NEGATIVE_INFINITY, any(high == vec4u(NEGATIVE_INFINITE)));
}

// Whether NaN or +inf is among the elements.
fn breaks(high: vec4u, highest: vec4i) -> bool {
  let signed = max(max(highest.x, highest.y), max(highest.z, highest.w));
  return signed >= INFINITE_I32 || max(max(high.x, high.y), max(high.z, high.w)) > NEGATIVE_INFINITE;
}

// Floats that are safe in arithmetic where NaN and +inf are handled elsewhere: -inf becomes LOWEST.
fn bounded(bits: vec4u) -> vec4f {
  return bitcast<vec4f>(min(bits, vec4u(LOWEST_BITS)));
}

// The bits of a sum with non-finite terms: NaN if a term was NaN or if there were infinities of both signs, else the
// infinity.
fn bits_of_flags(flags: u32) -> u32 {
  let both_signs = SAW_INFINITY | SAW_NEGATIVE_INFINITY;
  if ((flags & SAW_NAN) != 0u || (flags & both_signs) == both_signs) {
    return params.nan_bits;
  }
  return select(INFINITE, NEGATIVE_INFINITE, (flags & SAW_NEGATIVE_INFINITY) != 0u);
}

// shaders/monoid/cross_entropy_block.wgsl
// A block of logits with its targets. SPREAD: targets extend beyond the label (label smoothing, probabilities).
// needs: a monoid, falling exponentials, fetches of logits, fetches of targets, rows of logits, targets, io/row,
//   math/special, monoid/cross_entropy, monoid/exponentials, targets/wanted
// provides: a block (ABSENT, fetch_block), a lift (lift_block), a lift in two steps (highest_of_block, lift_below),
//   a beginning (begin)
const ABSENT = NEGATIVE_INFINITE;

fn begin(row: Row) {
  wanted = wanted_of(row);
}

fn lift_block(row: Row, b: u32) -> Acc {
  return lift_below(row, b, highest_logits());
}

fn highest_of_block() -> Highest {
  return highest_logits();
}

fn lift_below(row: Row, b: u32, highest: Highest) -> Acc {
  var acc = EMPTY;
  acc.m = highest.m;
  acc.flags = highest.flags;
  // The label's exponential is left out of the sum. Lanes without the label have no vector at this distance.
  let distance = wanted.element / 4u - vector_at(row, b, 0u);
  let is_label = IOTA == vec4u(wanted.element % 4u);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let has_label = distance == k / PACK * PACK * LANES_PER_ROW + k % PACK;
    block_logits[k] = select(block_logits[k], vec4u(NOTHING), is_label & vec4<bool>(has_label));
  }
  if (distance % (PACK * LANES_PER_ROW) < PACK && distance < VECTORS_PER_LANE * LANES_PER_ROW) {
    let label = load1_logits(wanted.element);
    acc.z = bounded(vec4u(label)).x;
    acc.flags |= select(SAW_LABEL, 0u, label == NEGATIVE_INFINITE);
  }
  acc.d = sum_logits(acc.m);
  if (SPREAD) {
    var s = vec4f(0.0);
    var w = vec4f(0.0);
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      let bits = block_logits[k];
      let q = spread_at(row, b, k);
      let wants = q != vec4f(0.0);
      s += select(vec4f(0.0), q * (value_of(bits) - acc.m), wants & (bits != vec4u(NOTHING)));
      w += q;
      acc.flags |= select(0u, SAW_IMPOSSIBLE, any(wants & (bits == vec4u(NOTHING))));
      acc.flags |= select(0u, SAW_NAN, any((bitcast<vec4u>(q) & vec4u(MAGNITUDE)) >= vec4u(INFINITE)));
    }
    acc.s = (s.x + s.y) + (s.z + s.w);
    acc.w = (w.x + w.y) + (w.z + w.w);
  }
  return acc;
}

fn fetch_block(row: Row, b: u32) {
  fetch_logits(row, b);
  fetch_targets(row, b);
}

// shaders/monoid/exponentials.wgsl
// A lane's block of logits as m = max x and d = Σ exp(x - m): four sums of VECTORS_PER_LANE exponentials each, then a
// tree. -inf adds nothing, even in a block of only -inf. There is no branch, since every element would pay for one that
// an adapter does not skip. A block in registers may keep its exponentials in place of its elements
// (KEEPS_EXPONENTIALS), which the second pass then only scales.
// needs: falling exponentials, rows of logits, what is kept, math/special
struct Highest {
  m: f32,
  flags: u32,
}

fn highest_logits() -> Highest {
  var m = vec4f(LOWEST);
  var high = vec4u(0u);
  var highest = vec4i(LEAST_I32);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let bits = block_logits[k];
    high = max(high, bits);
    highest = max(highest, bitcast<vec4i>(bits));
    block_logits[k] = comparable(bits);
    m = max(m, value_of(block_logits[k]));
  }
  return Highest(max(max(m.x, m.y), max(m.z, m.w)), select(0u, SAW_NAN, breaks(high, highest)));
}

// Σ exp(x - m), with m no less than any element.
fn sum_logits(m: f32) -> f32 {
  var d = vec4f(0.0);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let e = exponential4(block_logits[k], m);
    if (KEEPS_EXPONENTIALS) {
      block_logits[k] = bitcast<vec4u>(e);
    }
    d += e;
  }
  return (d.x + d.y) + (d.z + d.w);
}

// shaders/targets/gradient_scale.wgsl
// The factor of every gradient in a row: scale · upstream / (divisor · denominator), exactly 0 where a mean has nothing
// to divide by. There is no upstream, one value (ONE_UPSTREAM), or one value per row (EACH_UPSTREAM).
// needs: io/row, targets/wanted

@group(0) @binding(1) var<storage, read> upstream: array<f32>;
@group(0) @binding(2) var<storage, read> denominator: array<f32>;

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

// shaders/targets/wanted.wgsl
// The targets of a row's classes: `hard` at the label, and the values of spread_at() at all others.
// needs: reads of weight, io/row

struct Wanted {
  element: u32, // the label's element, or NOWHERE
  hard: f32, // (1 - labelSmoothing + labelSmoothing / C) · weight of the label
  state: u32,
}

var<private> wanted: Wanted; // of this lane's row; set before its fold

const NOWHERE = 0xffffffffu;
const COUNTS = 0u;
const IGNORED = 1u; // loss and gradient are exactly 0
const FAULTY = 2u; // the label is not a class: loss and gradient are NaN

fn class_weight4(columns: vec4u) -> vec4f {
  if (!WEIGHTED) {
    return vec4f(1.0);
  }
  let c = min(columns, vec4u(params.cols - 1u));
  return vec4f(class_weight(c.x), class_weight(c.y), class_weight(c.z), class_weight(c.w));
}

fn class_weight(column: u32) -> f32 {
  if (!WEIGHTED) {
    return 1.0;
  }
  return bitcast<f32>(one_weight(column));
}

// shaders/targets/indices.wgsl
// Targets that are class indices, one per row: the label gets 1 - labelSmoothing, and every class labelSmoothing / C.
// needs: io/row, targets/wanted
// provides: targets (wanted_of, spread_at), fetches of targets (fetch_targets)
@group(0) @binding(3) var<storage, read> targets: array<i32>;

fn wanted_of(row: Row) -> Wanted {
  if (row.index >= params.rows) {
    return Wanted(NOWHERE, 0.0, IGNORED);
  }
  let label = targets[params.targets_origin + row.index];
  if (params.has_ignored != 0u && label == params.ignored) {
    return Wanted(NOWHERE, 0.0, IGNORED);
  }
  if (label < 0 || u32(label) >= params.cols) {
    return Wanted(NOWHERE, 0.0, FAULTY);
  }
  let hard = (1.0 - params.smoothing) + params.smoothing / f32(params.cols);
  return Wanted(row.start + u32(label), hard * class_weight(u32(label)), COUNTS);
}

fn fetch_targets(row: Row, b: u32) {}

fn spread_at(row: Row, b: u32, k: u32) -> vec4f {
  let v = vector_at(row, b, k);
  let i = 4u * v + IOTA;
  let q = (params.smoothing / f32(params.cols)) * class_weight4(i - row.start);
  return select(vec4f(0.0), q, live_at(row, v) & (i != vec4u(wanted.element)));
}

// shaders/fold/workgroup.wgsl
// Teams of LANES_PER_ROW lanes, a power of two, LANE_STRIDE apart in a workgroup of WORKGROUP_SIZE lanes. They fold as
// a tree in workgroup memory. Every lane of a team reads the value in the team's first slot, so all get the same bits.
// needs: a monoid
// provides: a fold (Lane, team_fold, team_max, team_in_group, seat_in_team)
struct Lane {
  @builtin(local_invocation_index) id: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
}

var<workgroup> team_slots: array<Acc, WORKGROUP_SIZE>;

fn team_fold(mine: Acc, lane: Lane) -> Acc {
  team_slots[lane.id] = mine;
  let seat = seat_in_team(lane);
  for (var half = LANES_PER_ROW / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier(); // the upper half has been written
    if (seat < half) {
      team_slots[lane.id] = merge(team_slots[lane.id], team_slots[lane.id + half * LANE_STRIDE]);
    }
  }
  workgroupBarrier(); // the first slot is final
  return team_slots[lane.id - seat * LANE_STRIDE];
}

var<workgroup> team_maxima: array<f32, WORKGROUP_SIZE>;

fn team_max(mine: f32, lane: Lane) -> f32 {
  team_maxima[lane.id] = mine;
  let seat = seat_in_team(lane);
  for (var half = LANES_PER_ROW / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier(); // the upper half has been written
    if (seat < half) {
      team_maxima[lane.id] = max(team_maxima[lane.id], team_maxima[lane.id + half * LANE_STRIDE]);
    }
  }
  workgroupBarrier(); // the first slot is final
  return team_maxima[lane.id - seat * LANE_STRIDE];
}

fn team_in_group(lane: Lane) -> u32 {
  return lane.id / (LANE_STRIDE * LANES_PER_ROW) * LANE_STRIDE + lane.id % LANE_STRIDE;
}

fn seat_in_team(lane: Lane) -> u32 {
  return lane.id / LANE_STRIDE % LANES_PER_ROW;
}

// shaders/monoid/cross_entropy.wgsl
// The values that a row's cross-entropy needs. m is the largest logit x, the label's included. d = Σ exp(x - m) leaves
// the label out, so that the loss of a confident row keeps its digits. For targets q spread over the other classes
// (SPREAD), w is their sum and s = Σ q·(x - m). z is the label's logit, from the lane that has it, so no lane has to
// read it after gradients have replaced the logits.
// needs: an exponential, math/special
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  m: f32,
  d: f32,
  flags: u32,
  s: f32,
  w: f32,
  z: f32,
}

const SAW_IMPOSSIBLE = 8u; // q > 0 where x = -inf: the loss is +inf
const SAW_LABEL = 16u; // z is a number
const EMPTY = Acc(LOWEST, 0.0, 0u, 0.0, 0.0, LOWEST);

// s relative to another m. The m of EMPTY may be further away than the range of floats.
fn shifted(a: Acc, m: f32) -> f32 {
  return select(0.0, a.s - a.w * min(m - a.m, LARGEST), SPREAD);
}

fn merge(a: Acc, b: Acc) -> Acc {
  if (IN_REGISTERS) { // both have the row's m, or nothing (fold/row_held)
    return Acc(max(a.m, b.m), a.d + b.d, a.flags | b.flags, a.s + b.s, a.w + b.w, max(a.z, b.z));
  }
  let m = max(a.m, b.m);
  let scale = exp1(-abs(a.m - b.m));
  let d = select(b.d + a.d * scale, a.d + b.d * scale, a.m >= b.m);
  return Acc(m, d, a.flags | b.flags, shifted(a, m) + shifted(b, m), a.w + b.w, max(a.z, b.z));
}

// shaders/io/row.wgsl
// A row as its team sees it: the vectors of four elements from the one that holds its first element to the one that
// holds its last. The lanes take turns, PACK vectors at once (as many as 16 bytes of a tensor hold), VECTORS_PER_LANE
// per block. A row in registers (IN_REGISTERS) is one block and stays there between the passes; any other row is
// fetched again.

struct Row {
  index: u32, // of the row in this launch
  seat: u32, // of the lane in its team
  start: u32, // place of the row's column 0
  first: u32, // elements [first, end) are the row, or the team's slice of it
  end: u32,
}

const IOTA = vec4u(0u, 1u, 2u, 3u);
const UNIT = 4u * PACK; // elements that a lane fetches at once
const UNITS_AT_ONCE = VECTORS_PER_LANE / PACK * LANES_PER_ROW; // units that a team fetches at once

// The number of blocks that hold data: the same for all lanes of a team, and 0 where the team has no row.
fn blocks_of(row: Row) -> u32 {
  return (units_to(row) - row.first / UNIT + (UNITS_AT_ONCE - 1u)) / UNITS_AT_ONCE;
}

fn units_to(row: Row) -> u32 {
  return (row.end + (UNIT - 1u)) / UNIT;
}

// Whether everything that the team fetches in a block belongs to the row, so that nothing has to be masked. In WHOLE
// rows the host knows that it does; MASKED rows are always masked, except where is_inside says that they need not be.
fn is_whole(row: Row, block: u32) -> bool {
  if (WHOLE || MASKED) {
    return WHOLE;
  }
  let unit = row.first / UNIT + block * UNITS_AT_ONCE;
  return UNIT * unit >= row.first && UNIT * (unit + UNITS_AT_ONCE) <= row.end;
}

fn unit_at(row: Row, block: u32, k: u32) -> u32 {
  return row.first / UNIT + block * UNITS_AT_ONCE + k / PACK * LANES_PER_ROW + row.seat;
}

fn vector_at(row: Row, block: u32, k: u32) -> u32 {
  return PACK * unit_at(row, block, k) + k % PACK;
}

// The same, clamped to the row's last vector: the vector that is read where the row has no element.
fn near_vector_at(row: Row, block: u32, k: u32) -> u32 {
  return PACK * min(unit_at(row, block, k), max(units_to(row), 1u) - 1u) + k % PACK;
}

// The lane's block that holds an element of the row, or NO_BLOCK where another lane or slice has it.
fn block_with(row: Row, element: u32) -> u32 {
  let unit = element / UNIT - row.first / UNIT;
  let ours = element >= row.first && element < row.end && unit % LANES_PER_ROW == row.seat;
  return select(NO_BLOCK, unit / UNITS_AT_ONCE, ours);
}

const NO_BLOCK = 0xffffffffu;

// Whether vector k of every lane belongs to the row, which is then neither masked nor tested. LAST rows are in registers,
// and start and end on units, so only their last turns go past the end. More than four turns are a power of two, of which
// over half are needed.
fn is_inside(k: u32) -> bool {
  return LAST && k / PACK < select(TURNS / 2u, TURNS - 1u, TURNS <= 4u);
}

const TURNS = VECTORS_PER_LANE / PACK;

// Which elements of vector v belong to the row.
fn live_at(row: Row, v: u32) -> vec4<bool> {
  if (LAST) {
    return vec4<bool>(4u * v < row.end);
  }
  let i = 4u * v + IOTA;
  return (i >= vec4u(row.first)) & (i < vec4u(row.end));
}

// Whether this lane writes the row's single values.
fn speaks_for(row: Row) -> bool {
  return row.seat == 0u && row.index < params.rows && row.first == row.start;
}

// shaders/io/slices_axis.wgsl
// Few and long rows along the last axis. Each is cut into `slices` of slice_cols elements, the last of which may be
// shorter. One team per slice, so that many workgroups share a row.
// needs: a fold, io/row
// provides: an axis (row_of)
fn row_of(lane: Lane) -> Row {
  let slice = slice_index(lane);
  let row = slice / params.slices;
  let start = min(row, params.rows) * params.cols;
  let first = min((slice - row * params.slices) * params.slice_cols, params.cols);
  let end = min(first + params.slice_cols, params.cols);
  return Row(row, seat_in_team(lane), start, start + first, start + select(first, end, row < params.rows));
}

// The index of the team's slice among the slices of all rows.
fn slice_index(lane: Lane) -> u32 {
  return (lane.group.x + lane.group.y * lane.groups.x) * (WORKGROUP_SIZE / LANES_PER_ROW) + team_in_group(lane);
}

// shaders/io/contiguous.wgsl
// Rows whose elements are contiguous, with places counted from the tensor's start.
// needs: io/row
// provides: a layout (STRIDED, place_of, places_of)
const STRIDED = false;

// The place of element i in the tensor.
fn place_of(i: u32) -> u32 {
  return i;
}

fn places_of(v: u32) -> vec4u {
  return 4u * v + IOTA;
}

// shaders/fold/row_slices.wgsl
// The fold of a row in the second of two dispatches. Every team folds the partial values of all teams of its row, of
// which there are at most MOST_SLICES.
// needs: a beginning, a fold, a monoid, io/row
// provides: a row's total (total_of)
@group(0) @binding(4) var<storage, read> partials: array<Acc>;

fn total_of(row: Row, lane: Lane) -> Acc {
  begin(row);
  var mine = EMPTY;
  for (var k = 0u; k < (MOST_SLICES + (LANES_PER_ROW - 1u)) / LANES_PER_ROW; k++) {
    let slice = k * LANES_PER_ROW + row.seat;
    if (slice < params.slices && row.index < params.rows) {
      mine = merge(mine, partials[row.index * params.slices + slice]);
    }
  }
  return team_fold(mine, lane);
}

// shaders/losses/each.wgsl
// The loss of each row.
// needs: a fold, io/row
// provides: a place for losses (keep_loss)
@group(0) @binding(5) var<storage, read_write> losses: array<f32>;

fn keep_loss(row: Row, lane: Lane, loss: f32) {
  if (speaks_for(row)) {
    losses[params.losses_origin + row.index] = loss;
  }
}

// shaders/io/binding.wgsl
// The buffer of logits. A buffer that is replaced in place has one binding for reads and writes, since no dispatch may
// read a buffer and write it through another binding. read is `read` or `read_write`.
// provides: a buffer logits (logits)
@group(0) @binding(6) var<storage, read> logits: array<vec4u>;

// shaders/io/read_words4.wgsl
// logits of 4-byte elements, read 16 bytes at a time: its start and `at` are aligned to 16 bytes.
// needs: a buffer logits
// provides: reads of logits (quad_logits, vector_logits, one_logits)
fn vector_logits(v: u32) -> vec4u {
  return logits[params.logits_origin / 4u + v];
}

fn quad_logits(at: u32) -> vec4u {
  return vector_logits(at / 4u);
}

fn one_logits(i: u32) -> u32 {
  let at = params.logits_origin + i;
  return logits[at / 4u][at % 4u];
}

// shaders/io/row_in.wgsl
// logits by rows: a lane's part of a block, as bits; ABSENT where the row has no element.
// needs: a block, a layout, reads of logits, io/row
// provides: rows of logits (block_logits, load1_logits), fetches of logits (fetch_logits)
var<private> block_logits: array<vec4u, VECTORS_PER_LANE>;

fn load4_logits(v: u32) -> vec4u {
  if (STRIDED) {
    let at = places_of(v);
    return vec4u(one_logits(at.x), one_logits(at.y), one_logits(at.z), one_logits(at.w));
  }
  return vector_logits(v);
}

fn load1_logits(i: u32) -> u32 {
  return one_logits(place_of(i));
}

fn fetch_logits(row: Row, block: u32) {
  if (is_whole(row, block)) {
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      block_logits[k] = load4_logits(vector_at(row, block, k));
    }
  } else {
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      if (is_inside(k)) {
        block_logits[k] = load4_logits(vector_at(row, block, k));
      } else {
        let bits = load4_logits(near_vector_at(row, block, k));
        block_logits[k] = select(vec4u(ABSENT), bits, live_at(row, vector_at(row, block, k)));
      }
    }
  }
}

// shaders/io/binding.wgsl
// The buffer of gradient. A buffer that is replaced in place has one binding for reads and writes, since no dispatch may
// read a buffer and write it through another binding. read_write is `read` or `read_write`.
// provides: a buffer gradient (gradient)
@group(0) @binding(7) var<storage, read_write> gradient: array<vec4u>;

// shaders/io/write_words4.wgsl
// 4-byte elements, written 16 bytes at a time: all four belong to this lane, or may be overwritten. gradient is the
// binding, gradient the kernel's name for it; in place the two differ.
// needs: a buffer gradient
// provides: writes of gradient (put4_gradient, put_vector_gradient)
fn put_vector_gradient(v: u32, bits: vec4u) {
  gradient[params.gradient_origin / 4u + v] = bits;
}

fn put4_gradient(at: u32, bits: vec4u, live: vec4<bool>) {
  put_vector_gradient(at / 4u, bits);
}

// shaders/io/row_write.wgsl
// The pass after the fold, which applies the result of the fold (Outcome) to every block of the row.
// needs: a block, an outcome, io/row
fn write_row(row: Row, outcome: Outcome) {
  if (IN_REGISTERS) {
    if (row.first < row.end) {
      write_one(row, 0u, outcome);
    }
    return;
  }
  let blocks = blocks_of(row);
  for (var b = 0u; b < blocks; b++) {
    if (READS_AGAIN) {
      fetch_block(row, b);
    }
    write_one(row, b, outcome);
  }
}

fn write_one(row: Row, b: u32, outcome: Outcome) {
  if (is_whole(row, b)) {
    write_block(row, b, outcome, true);
  } else {
    write_block(row, b, outcome, false);
  }
}

// shaders/io/row_out.wgsl
// gradient by rows along the last axis, written. `whole`: all four elements belong to the row.
// needs: writes of gradient, io/row
// provides: rows into gradient (store4_gradient)
fn store4_gradient(row: Row, v: u32, value: vec4f, whole: bool) {
  if (whole) {
    put_vector_gradient(v, bitcast<vec4u>(value));
    return;
  }
  let live = live_at(row, v);
  if (any(live)) {
    put4_gradient(4u * v, bitcast<vec4u>(value), live);
  }
}

// shaders/io/binding.wgsl
// The buffer of weight. A buffer that is replaced in place has one binding for reads and writes, since no dispatch may
// read a buffer and write it through another binding. read is `read` or `read_write`.
// provides: a buffer weight (weight)
@group(0) @binding(8) var<storage, read> weight: array<u32>;

// shaders/io/read_words1.wgsl
// weight of 4-byte elements, read one by one: a view or a borrowed buffer whose start or end is not aligned to 16 bytes,
// also where it is replaced in place.
// needs: a buffer weight
// provides: reads of weight (quad_weight, vector_weight, one_weight)
fn quad_weight(at: u32) -> vec4u {
  let i = params.weight_origin + at;
  return vec4u(weight[i], weight[i + 1u], weight[i + 2u], weight[i + 3u]);
}

fn vector_weight(v: u32) -> vec4u {
  return quad_weight(4u * v);
}

fn one_weight(i: u32) -> u32 {
  return weight[params.weight_origin + i];
}
