// prelude of batch_norm_train
const LANES_PER_ROW: u32 = 16u;
const WORKGROUP_SIZE: u32 = 128u;
const VECTORS_PER_LANE: u32 = 4u;
const SUBGROUPS: u32 = 1u;
const PACK: u32 = 1u;
const LANE_STRIDE: u32 = 1u;
const STOPS: u32 = 4u;
const COLUMNS: bool = true;
const NESTED: bool = false;
const PLANES: bool = false;
const VECTOR: u32 = 4u;
const UNIT_CHANNELS: u32 = 1u;
const HAS_GAMMA: bool = true;
const HAS_BETA: bool = true;
const STATE_ROWS: u32 = 5u;

// parameters of batch_norm_train
struct Params {
  beta_origin: u32,
  blocks: u32,
  chunks: u32,
  epsilon: f32,
  first_slice: u32,
  gamma_origin: u32,
  inner: u32,
  nan_bits: u32,
  phases: u32,
  pitch: u32,
  plane: u32,
  skip: u32,
  slice_stops: u32,
  slices: u32,
  state_origin: u32,
  step: u32,
  step_within: u32,
  stops: u32,
  stride: u32,
  walked: u32,
  width: u32,
  x_origin: u32,
  y_origin: u32,
}
@group(0) @binding(0) var<uniform> params: Params;

// shaders/batch_norm_train.wgsl
// Moments of each channel of x, state [1, 5, C], and y = x̂·γ + β from them, then the activation. x is read once: a
// team keeps its channel in registers, one block per lane. A channel with a non-finite x, γ or β is NaN.
// needs: a fold, an activation, blocks of x, gammas, units into y, channels/unit, channels/affine, channels/beta,
//   channels/lift, channels/state, channels/walk, channels/x_hat

@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_train(lane: Lane) {
  var walk = walk_of(lane.group.x + lane.group.y * lane.groups.x, lane.id);
  let count = next_block(&walk);
  let all = team_fold(lift_block_x(count), lane);
  let live = walk.slice < params.slices;
  let c = walk.channel * UNIT_CHANNELS;
  if (live && walk.seat == 0u) {
    store_state(params.first_slice, c, all);
  }
  let found = statistics_of(all);
  let channel = channel_from(Unit(found.mean), Unit(found.tail), Unit(found.variance));
  let gamma = gamma_of(c);
  let beta = beta_of(c);
  let healthy = channel.healthy & finite(gamma) & finite(beta);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let y = bitcast<Bits>(affine(block_x[k], channel, gamma, beta));
    if (live && k < count) {
      store_y(spot(k), bitcast<Unit>(activated(select(Bits(params.nan_bits), y, healthy))));
    }
  }
}

// shaders/channels/x_hat.wgsl
// x̂ = (x - mean)·rstd - tail·rstd with rstd = 1/√(variance + ε), and the values of the channels of a unit that it needs.
// These are all 0 in an unhealthy channel: one with a non-finite value or without a root. The tail is at most half an ulp
// of the mean, so its product is small, and an adapter that fuses takes one instruction for both products.
// needs: channels/unit

struct Channel {
  mean: Unit,
  rstd: Unit,
  shift: Unit, // tail·rstd
  healthy: Truth,
}

fn channel_from(mean: Unit, tail: Unit, variance: Unit) -> Channel {
  let spread = variance + Unit(params.epsilon);
  let healthy = finite(mean) & finite(tail) & finite(spread) & (spread > Unit(0.0));
  let rstd = select(Unit(0.0), inverseSqrt(select(Unit(1.0), spread, healthy)), healthy);
  return Channel(select(Unit(0.0), mean, healthy), rstd, select(Unit(0.0), tail, healthy) * rstd, healthy);
}

fn x_hat(x: Unit, channel: Channel) -> Unit {
  return difference(x, channel.mean) * channel.rstd - channel.shift;
}

// shaders/channels/affine.wgsl
// x̂·γ + β, for a finite x and for a non-finite one.
// needs: channels/unit, channels/x_hat, math/special
fn affine(x: Unit, channel: Channel, gamma: Unit, beta: Unit) -> Unit {
  return x_hat(x, channel) * gamma + beta;
}

// The result for a non-finite x: NaN stays NaN, and an infinity takes the sign that γ gives it.
fn affine_special(x: Unit, gamma: Unit, healthy: Truth) -> Bits {
  let bits = bitcast<Bits>(x);
  let infinite = healthy & (magnitude(x) == Bits(INFINITE)) & (gamma != Unit(0.0));
  let signed_infinity = Bits(params.nan_bits & INFINITE) | ((bits ^ bitcast<Bits>(gamma)) & Bits(0x80000000u));
  return select(Bits(params.nan_bits), signed_infinity, infinite);
}

// shaders/channels/gamma.wgsl
// γ, or 1 where there is none.
// needs: channels of gamma, channels/unit
// provides: gammas (gamma_of)
fn gamma_of(c: u32) -> Unit {
  if (HAS_GAMMA) {
    return of_channel_gamma(0u, c);
  }
  return Unit(1.0);
}

// shaders/channels/beta.wgsl
// β, or 0 where there is none.
// needs: channels of beta, channels/unit
fn beta_of(c: u32) -> Unit {
  if (HAS_BETA) {
    return of_channel_beta(0u, c);
  }
  return Unit(0.0);
}

// shaders/channels/activation_none.wgsl
// The identity: y is unchanged.
// needs: channels/unit
// provides: an activation (activated)
fn activated(y: Bits) -> Bits {
  return y;
}

// shaders/channels/lift.wgsl
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

// shaders/channels/state.wgsl
// Statistics of channels, [slices, STATE_ROWS, C], with the rows count, mean, M2, tail and biased variance. The true
// mean is mean + tail.
// needs: a monoid, values into state, channels/value, math/special, monoid/moments
// provides: a buffer state (state)

@group(0) @binding(1) var<storage, read_write> state: array<f32>;

struct Statistics {
  mean: Value,
  m2: Value,
  tail: Value,
  variance: Value,
}

// The statistics of a channel: NaN if an x was non-finite. The variance of no elements is NaN.
fn statistics_of(all: Acc) -> Statistics {
  let mean = veiled(all.k + all.d);
  let tail = (all.k - mean) + all.d; // the rounding error of the mean, exactly
  let variance = all.m2 / f32(max(all.n, 1u));
  let broken = all.broken != Flags(0u);
  let missing = Value(nan());
  return Statistics(
    select(mean, missing, broken),
    select(all.m2, missing, broken),
    select(tail, missing, broken),
    select(variance, missing, broken | Holds(all.n == 0u)),
  );
}

fn store_state(slice: u32, c: u32, all: Acc) {
  let at = params.state_origin + slice * STATE_ROWS * params.width + c;
  let found = statistics_of(all);
  put_state(at, Value(f32(all.n)));
  put_state(at + params.width, found.mean);
  put_state(at + 2u * params.width, found.m2);
  put_state(at + 3u * params.width, found.tail);
  put_state(at + 4u * params.width, found.variance);
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

// shaders/monoid/moments.wgsl
// Moments of a set of x (or of several sets of the same size, in the components of a Value): their number, their mean,
// and M2 = Σ(x - mean)². Chan's rule merges them, so M2 is a sum of squares: never negative, exactly 0 where all x are
// equal (Chan, Golub and LeVeque, The American Statistician 37, 1983).
// The mean is k + d, known to 44 bits: k is the mean with its low 4 bits cleared, so differences of nearby ks are
// exact, and d is the rest. Compilers may reassociate float operations, but not across the integer operations of `cut`
// and `veiled`.
// needs: channels/value
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  n: u32,
  k: Value,
  d: Value,
  m2: Value,
  broken: Flags, // 1: some x is non-finite, and only n is valid
}

const EMPTY = Acc(0u, Value(0.0), Value(0.0), Value(0.0), Flags(0u));

fn cut(x: Value) -> Value {
  return bitcast<Value>(bitcast<Flags>(x) & Flags(0xfffffff0u));
}

// Returns x with its value hidden from the compiler: the lowest bit of NaN's bits is 0, but only at run time.
fn veiled(x: Value) -> Value {
  return bitcast<Value>(bitcast<Flags>(x) ^ Flags(params.nan_bits & 1u));
}

// The moments of n values whose mean is p + (q + t).
fn moments(n: u32, p: Value, q: Value, t: Value, m2: Value, broken: Flags) -> Acc {
  let k = cut(veiled(p) + (q + t));
  return Acc(n, k, (p - k) + (q + t), m2, broken);
}

fn merge(a: Acc, b: Acc) -> Acc {
  let n = a.n + b.n;
  let share = f32(b.n) / f32(max(n, 1u)); // 0 where b is empty
  // An empty a counts as having b's mean.
  let k = select(a.k, b.k, a.n == 0u);
  let d = select(a.d, b.d, a.n == 0u);
  let apart = veiled(b.k - k) + (b.d - d);
  let m2 = (a.m2 + b.m2) + apart * (apart * (f32(a.n) * share));
  return moments(n, k, d, apart * share, m2, a.broken | b.broken);
}

// shaders/channels/value.wgsl
// The value that a lane folds: that of one channel, or of four neighboring channels separately. f32 is f32 or vec4f,
// as in channels/unit.
alias Value = f32;
alias Flags = u32;
alias Holds = bool;

// shaders/channels/together.wgsl
// All four elements of a unit belong to one channel.
// needs: channels/unit, channels/value
// provides: a unit's values (total, leading, united)
fn total(u: Unit) -> Value {
  return (u.x + u.y) + (u.z + u.w);
}

fn leading(u: Unit) -> Value {
  return u.x;
}

fn united(bits: Bits) -> Flags {
  return (bits.x | bits.y) | (bits.z | bits.w);
}

// shaders/channels/walk.wgsl
// The path of a lane through x, seen as [rows, channels, inner]. A stop is PACK neighboring units, each of one element
// or four. A launch covers `walked` channels per row; x may have more, and its rows are `pitch` apart. Stop m =
// row·inner + j of a channel lies at row·pitch + channel·inner + j. COLUMNS: inner is 1.
// A team of LANES_PER_ROW lanes walks one slice of one channel, and neighboring teams have neighboring channels. The
// lanes of a team are LANE_STRIDE apart, and the lanes between them belong to those teams. A chunk of slice_stops is
// one slice. Where x has few columns, `phases` slices alternate in a chunk, so that neighboring lanes still read
// neighboring elements.
// PLANES: a lane keeps to its place in a row and walks over the rows, so that its loads are vectors whatever a plane's
// length is. What the walk takes for channels are then the columns of all channels, `plane` each.

struct Walk {
  channel: u32,
  slice: u32,
  seat: u32,
  next: u32, // the lane's next stop in its channel
  end: u32, // of its slice
  at: u32, // place of the next stop
  within: u32, // j of the next stop
}

// The STOPS of a lane's block. Unused ones are the start of x.
var<private> spots: array<u32, STOPS>;

// The k-th unit of the block.
fn spot(k: u32) -> u32 {
  return PACK * spots[k / PACK] + k % PACK;
}

fn walk_of(group: u32, lane: u32) -> Walk {
  let seat = lane / LANE_STRIDE % LANES_PER_ROW;
  let team = group * (WORKGROUP_SIZE / LANES_PER_ROW) + lane / (LANE_STRIDE * LANES_PER_ROW) * LANE_STRIDE + lane % LANE_STRIDE;
  let slice = team / params.walked;
  let channel = team - slice * params.walked;
  var chunk = slice;
  var ahead = seat;
  if (COLUMNS) {
    chunk = slice / params.phases;
    ahead += (slice - chunk * params.phases) * LANES_PER_ROW;
  }
  let first = min(chunk, params.chunks) * params.slice_stops;
  let next = first + ahead;
  let end = min(first + params.slice_stops, params.stops);
  var row = next;
  if (!COLUMNS) {
    row = next / params.inner;
  }
  let within = next - row * params.inner;
  return Walk(channel, slice, seat, next, end, row * params.pitch + channel * params.inner + within, within);
}

// Fills `spots` with the lane's next block and returns how many of its units, from the first on, are in use. A step of
// `stride` stops is known in rows and stops within a row and wraps at most once, so no division is needed. Most blocks
// are full and lie within a row.
fn next_block(walk: ptr<function, Walk>) -> u32 {
  let first = (*walk).next;
  (*walk).next = first + STOPS * params.stride;
  let full = first + (STOPS - 1u) * params.stride < (*walk).end;
  if (full && (COLUMNS || (*walk).within + (STOPS - 1u) * params.step_within < params.inner)) {
    for (var k = 0u; k < STOPS; k++) {
      spots[k] = (*walk).at + k * params.step;
    }
    (*walk).at += STOPS * params.step;
    if (!COLUMNS) {
      wrap(walk, STOPS * params.step_within);
    }
    return VECTORS_PER_LANE;
  }
  var count = 0u;
  for (var k = 0u; k < STOPS; k++) {
    let live = first + k * params.stride < (*walk).end;
    spots[k] = select(0u, (*walk).at, live);
    count += select(0u, PACK, live);
    (*walk).at += params.step;
    if (!COLUMNS) {
      wrap(walk, params.step_within);
    }
  }
  return select(count, VECTORS_PER_LANE, full);
}

// The channel of a column.
fn channel_at(column: u32) -> u32 {
  if (PLANES) {
    return column / params.plane;
  }
  return column;
}

// Moves within a row; where that leaves the row, into the next.
fn wrap(walk: ptr<function, Walk>, by: u32) {
  let within = (*walk).within + by;
  let wraps = within >= params.inner;
  (*walk).within = within - select(0u, params.inner, wraps);
  (*walk).at += select(0u, params.skip, wraps);
}

// shaders/channels/unit.wgsl
// A unit is one element or four neighboring elements. vec4f is f32 or vec4f; vec4u, vec4i and vec4<bool> are the matching
// types of u32, i32 and bool.
// needs: math/special
alias Unit = vec4f;
alias Bits = vec4u;
alias Truth = vec4<bool>;
alias Signed = vec4i;

fn magnitude(u: Unit) -> Bits {
  return bitcast<Bits>(u) & Bits(MAGNITUDE);
}

fn finite(u: Unit) -> Truth {
  return magnitude(u) < Bits(INFINITE);
}

// The largest bits among some units, unsigned and signed: negative elements have the largest unsigned ones. Two maxima per
// element take fewer instructions than a mask and one.
struct Extremes {
  high: Bits,
  highest: Signed,
}

const NO_EXTREMES = Extremes(Bits(0u), Signed(LEAST_I32));

fn extremes_with(e: Extremes, u: Unit) -> Extremes {
  return Extremes(max(e.high, bitcast<Bits>(u)), max(e.highest, bitcast<Signed>(u)));
}

fn all_finite(e: Extremes) -> Truth {
  return (e.high < Bits(NEGATIVE_INFINITE)) & (e.highest < Signed(INFINITE_I32));
}

// x - y as one operation that compilers do not reassociate, so that (x - mean) - tail never becomes x - (mean + tail):
// the factor is 1, from the bits of NaN, but only at run time.
fn difference(x: Unit, y: Unit) -> Unit {
  return fma(x, Unit(bitcast<f32>(params.nan_bits & 0x3f800000u)), -y);
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

// shaders/io/binding.wgsl
// The buffer of x. A buffer that is replaced in place has one binding for reads and writes, since no dispatch may
// read a buffer and write it through another binding. read is `read` or `read_write`.
// provides: a buffer x (x)
@group(0) @binding(2) var<storage, read> x: array<vec4u>;

// shaders/io/read_words4.wgsl
// x of 4-byte elements, read 16 bytes at a time: its start and `at` are aligned to 16 bytes.
// needs: a buffer x
// provides: reads of x (quad_x, vector_x, one_x)
fn vector_x(v: u32) -> vec4u {
  return x[params.x_origin / 4u + v];
}

fn quad_x(at: u32) -> vec4u {
  return vector_x(at / 4u);
}

fn one_x(i: u32) -> u32 {
  let at = params.x_origin + i;
  return x[at / 4u][at % 4u];
}

// shaders/channels/read.wgsl
// A lane's block of x, by units that are read as elements or as vectors of four (vector: `one` or `vector`).
// needs: reads of x, channels/unit, channels/walk
// provides: blocks of x (block_x, fetch_x)
var<private> block_x: array<Unit, VECTORS_PER_LANE>;

fn fetch_x() {
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    block_x[k] = bitcast<Unit>(vector_x(spot(k)));
  }
}

// shaders/io/binding.wgsl
// The buffer of y. A buffer that is replaced in place has one binding for reads and writes, since no dispatch may
// read a buffer and write it through another binding. read_write is `read` or `read_write`.
// provides: a buffer y (y)
@group(0) @binding(3) var<storage, read_write> y: array<vec4u>;

// shaders/io/write_words4.wgsl
// 4-byte elements, written 16 bytes at a time: all four belong to this lane, or may be overwritten. y is the
// binding, y the kernel's name for it; in place the two differ.
// needs: a buffer y
// provides: writes of y (put4_y, put_vector_y)
fn put_vector_y(v: u32, bits: vec4u) {
  y[params.y_origin / 4u + v] = bits;
}

fn put4_y(at: u32, bits: vec4u, live: vec4<bool>) {
  put_vector_y(at / 4u, bits);
}

// shaders/channels/write4.wgsl
// y, written in units of four elements, all of which belong to one lane.
// needs: writes of y, channels/unit
// provides: units into y (store_y)
fn store_y(i: u32, value: Unit) {
  put_vector_y(i, bitcast<vec4u>(value));
}

// shaders/io/binding.wgsl
// The buffer of gamma. A buffer that is replaced in place has one binding for reads and writes, since no dispatch may
// read a buffer and write it through another binding. read is `read` or `read_write`.
// provides: a buffer gamma (gamma)
@group(0) @binding(4) var<storage, read> gamma: array<u32>;

// shaders/io/read_words1.wgsl
// gamma of 4-byte elements, read one by one: a view or a borrowed buffer whose start or end is not aligned to 16 bytes,
// also where it is replaced in place.
// needs: a buffer gamma
// provides: reads of gamma (quad_gamma, vector_gamma, one_gamma)
fn quad_gamma(at: u32) -> vec4u {
  let i = params.gamma_origin + at;
  return vec4u(gamma[i], gamma[i + 1u], gamma[i + 2u], gamma[i + 3u]);
}

fn vector_gamma(v: u32) -> vec4u {
  return quad_gamma(4u * v);
}

fn one_gamma(i: u32) -> u32 {
  return gamma[params.gamma_origin + i];
}

// shaders/channels/channel.wgsl
// gamma [..., C] where a unit lies in one channel.
// needs: reads of gamma, channels/unit, channels/walk
// provides: channels of gamma (of_channel_gamma)
fn of_channel_gamma(start: u32, c: u32) -> Unit {
  return Unit(bitcast<f32>(one_gamma(start + channel_at(c))));
}

// shaders/io/binding.wgsl
// The buffer of beta. A buffer that is replaced in place has one binding for reads and writes, since no dispatch may
// read a buffer and write it through another binding. read is `read` or `read_write`.
// provides: a buffer beta (beta)
@group(0) @binding(5) var<storage, read> beta: array<u32>;

// shaders/io/read_words1.wgsl
// beta of 4-byte elements, read one by one: a view or a borrowed buffer whose start or end is not aligned to 16 bytes,
// also where it is replaced in place.
// needs: a buffer beta
// provides: reads of beta (quad_beta, vector_beta, one_beta)
fn quad_beta(at: u32) -> vec4u {
  let i = params.beta_origin + at;
  return vec4u(beta[i], beta[i + 1u], beta[i + 2u], beta[i + 3u]);
}

fn vector_beta(v: u32) -> vec4u {
  return quad_beta(4u * v);
}

fn one_beta(i: u32) -> u32 {
  return beta[params.beta_origin + i];
}

// shaders/channels/channel.wgsl
// beta [..., C] where a unit lies in one channel.
// needs: reads of beta, channels/unit, channels/walk
// provides: channels of beta (of_channel_beta)
fn of_channel_beta(start: u32, c: u32) -> Unit {
  return Unit(bitcast<f32>(one_beta(start + channel_at(c))));
}

// shaders/channels/put1.wgsl
// Stores the value of one channel in state.
// needs: a buffer state, channels/value
// provides: values into state (put_state)
fn put_state(at: u32, value: Value) {
  state[at] = value;
}
