// prelude of softmax_forward
const LANES_PER_ROW: u32 = 16u;
const WORKGROUP_SIZE: u32 = 128u;
const VECTORS_PER_LANE: u32 = 16u;
const SUBGROUPS: u32 = 1u;
const PACK: u32 = 2u;
const LANE_STRIDE: u32 = 1u;
const IN_REGISTERS: bool = true;
const WHOLE: bool = false;
const MASKED: bool = true;
const LAST: bool = true;

// parameters of softmax_forward
struct Params {
  cols: u32,
  empty_bits: u32,
  inner: u32,
  nan_bits: u32,
  rows: u32,
  slice_cols: u32,
  slices: u32,
  x_origin: u32,
  y_origin: u32,
}
@group(0) @binding(0) var<uniform> params: Params;

// shaders/softmax_forward.wgsl
// Softmax of each row: y_j = exp(x_j - m) / Σ_k exp(x_k - m) with m = max x. A row with NaN or +inf is NaN; a row of
// only -inf gets the value that the host gives (empty_bits).
// needs: a fold, a row's total, an axis, falling exponentials, rows into y, rows of x, io/row,
//   io/row_write, math/special, monoid/exponentials
// provides: an outcome (Outcome, write_block, READS_AGAIN), what is kept (KEEPS_EXPONENTIALS)

@compute @workgroup_size(WORKGROUP_SIZE)
fn softmax_forward(lane: Lane) {
  let row = row_of(lane);
  let all = total_of(row, lane);
  let broken = (all.flags & (SAW_NAN | SAW_INFINITY)) != 0u;
  let replacement = bitcast<f32>(select(params.empty_bits, params.nan_bits, broken));
  let scale = 1.0 / max(all.d, 1.0);
  write_row(row, Outcome(all.m, scale, broken || all.d == 0.0, replacement));
}

struct Outcome {
  m: f32,
  scale: f32, // 1 / Σ exp(x - m)
  replaced: bool, // the row has no softmax, and one value fills it
  replacement: f32,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    var e = bitcast<vec4f>(block_x[k]);
    if (!KEEPS_EXPONENTIALS) {
      e = exponential4(comparable(block_x[k]), o.m);
    }
    let y = e * o.scale;
    store4_y(row, vector_at(row, b, k), select(y, vec4f(o.replacement), o.replaced), whole || is_inside(k));
  }
}

const KEEPS_EXPONENTIALS = IN_REGISTERS;
const READS_AGAIN = true;

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

// shaders/monoid/logsumexp_block.wgsl
// A block of x, lifted.
// needs: a monoid, fetches of x, io/row, math/special, monoid/exponentials
// provides: a block (ABSENT, fetch_block), a lift (lift_block), a lift in two steps (highest_of_block, lift_below),
//   a beginning (begin)
const ABSENT = NEGATIVE_INFINITE; // a masked element counts as -inf, which adds nothing

fn begin(row: Row) {}

fn lift_block(row: Row, block: u32) -> Acc {
  return lift_below(row, block, highest_x());
}

fn highest_of_block() -> Highest {
  return highest_x();
}

fn lift_below(row: Row, block: u32, highest: Highest) -> Acc {
  return Acc(highest.m, sum_x(highest.m), highest.flags);
}

fn fetch_block(row: Row, block: u32) {
  fetch_x(row, block);
}

// shaders/monoid/exponentials.wgsl
// A lane's block of x as m = max x and d = Σ exp(x - m): four sums of VECTORS_PER_LANE exponentials each, then a
// tree. -inf adds nothing, even in a block of only -inf. There is no branch, since every element would pay for one that
// an adapter does not skip. A block in registers may keep its exponentials in place of its elements
// (KEEPS_EXPONENTIALS), which the second pass then only scales.
// needs: falling exponentials, rows of x, what is kept, math/special
struct Highest {
  m: f32,
  flags: u32,
}

fn highest_x() -> Highest {
  var m = vec4f(LOWEST);
  var high = vec4u(0u);
  var highest = vec4i(LEAST_I32);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let bits = block_x[k];
    high = max(high, bits);
    highest = max(highest, bitcast<vec4i>(bits));
    block_x[k] = comparable(bits);
    m = max(m, value_of(block_x[k]));
  }
  return Highest(max(max(m.x, m.y), max(m.z, m.w)), select(0u, SAW_NAN, breaks(high, highest)));
}

// Σ exp(x - m), with m no less than any element.
fn sum_x(m: f32) -> f32 {
  var d = vec4f(0.0);
  for (var k = 0u; k < VECTORS_PER_LANE; k++) {
    let e = exponential4(block_x[k], m);
    if (KEEPS_EXPONENTIALS) {
      block_x[k] = bitcast<vec4u>(e);
    }
    d += e;
  }
  return (d.x + d.y) + (d.z + d.w);
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

// shaders/monoid/logsumexp.wgsl
// Log-sum-exp: for a set of x, the pair m = max x and d = Σ exp(x - m), and flags of the non-finite values (Milakov and
// Gimelshein, arXiv 1805.02867, with one rescale per block). -inf and masked elements add nothing; d = 0 means that
// there were no others.
// needs: an exponential, math/special
// provides: a monoid (Acc, EMPTY, merge)
struct Acc {
  m: f32,
  d: f32,
  flags: u32,
}

const EMPTY = Acc(LOWEST, 0.0, 0u);

fn merge(a: Acc, b: Acc) -> Acc {
  if (IN_REGISTERS) { // both have the row's m, or nothing (fold/row_held)
    return Acc(max(a.m, b.m), a.d + b.d, a.flags | b.flags);
  }
  let scale = exp1(-abs(a.m - b.m));
  let a_leads = a.m >= b.m;
  let d = select(b.d + a.d * scale, a.d + b.d * scale, a_leads);
  return Acc(max(a.m, b.m), d, a.flags | b.flags);
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

// shaders/io/last_axis.wgsl
// Rows along the last axis, one team per row.
// needs: a fold, io/row
// provides: an axis (row_of)
fn row_of(lane: Lane) -> Row {
  let group = lane.group.x + lane.group.y * lane.groups.x;
  let index = group * (WORKGROUP_SIZE / LANES_PER_ROW) + team_in_group(lane);
  let first = min(index, params.rows) * params.cols; // rows past the end are empty
  return Row(index, seat_in_team(lane), first, first, select(first, first + params.cols, index < params.rows));
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

// shaders/fold/row_held.wgsl
// The fold of a row in registers by one team that has all of it: first the largest element, then sums relative to it, so
// that nothing is rescaled when lanes merge.
// needs: a beginning, a block, a fold, a lift in two steps, a monoid, io/row
// provides: a row's total (total_of)
fn total_of(row: Row, lane: Lane) -> Acc {
  begin(row);
  fetch_block(row, 0u);
  var highest = highest_of_block();
  highest.m = team_max(highest.m, lane);
  return team_fold(lift_below(row, 0u, highest), lane);
}

// shaders/io/binding.wgsl
// The buffer of x. A buffer that is replaced in place has one binding for reads and writes, since no dispatch may
// read a buffer and write it through another binding. read is `read` or `read_write`.
// provides: a buffer x (x)
@group(0) @binding(1) var<storage, read> x: array<vec4u>;

// shaders/io/read_halves4.wgsl
// x of f16 elements, read 16 bytes at a time as f32: its start is aligned to 16 bytes, and `at` to four elements.
// The second of two quads in the same 16 bytes costs no second load.
// needs: a buffer x, halves as words
// provides: reads of x (quad_x, vector_x, one_x)
fn vector_x(v: u32) -> vec4u {
  // The compiler knows which half is meant where it knows `v` modulo two. It knows nothing of the origin.
  let words = x[params.x_origin / 8u + v / 2u];
  return widened(select(words.xy, words.zw, v % 2u != 0u));
}

fn quad_x(at: u32) -> vec4u {
  return vector_x(at / 4u);
}

fn one_x(i: u32) -> u32 {
  let at = params.x_origin + i;
  return widened1((x[at / 8u][at / 2u % 4u] >> (16u * (at % 2u))) & 0xffffu);
}

// shaders/math/widen.wgsl
// f16 elements (IEEE 754 binary16), two per word, as f32 bits, exactly. Integer arithmetic serves adapters that have no
// type for them, and keeps subnormals, infinities and NaNs.
// provides: halves as words (widened, widened1)
fn widened1(half: u32) -> u32 {
  return widened(vec2u(half, 0u)).x;
}

fn widened(words: vec2u) -> vec4u {
  let h = vec4u(words.x & 0xffffu, words.x >> 16u, words.y & 0xffffu, words.y >> 16u);
  let size = h & vec4u(0x7fffu);
  let normal = (size << vec4u(13u)) + vec4u(0x38000000u); // the exponent biases differ by 112,
  let special = normal + vec4u(0x38000000u); // the largest exponents by twice that
  let subnormal = bitcast<vec4u>(vec4f(size) * 0x1p-24f);
  let wide = select(select(normal, special, size >= vec4u(0x7c00u)), subnormal, size < vec4u(0x0400u));
  return wide | ((h & vec4u(0x8000u)) << vec4u(16u));
}

// shaders/io/row_in_pairs.wgsl
// x of f16 elements by rows, two vectors with each load of 16 bytes (PACK == 2): a lane's part of a block, as bits;
// ABSENT where the row has no element.
// needs: a block, pairs of x, reads of x, io/row
// provides: rows of x (block_x, load1_x), fetches of x (fetch_x)
var<private> block_x: array<vec4u, VECTORS_PER_LANE>;

fn load1_x(i: u32) -> u32 {
  return one_x(i);
}

fn fetch_x(row: Row, block: u32) {
  if (is_whole(row, block)) {
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      if (k % 2u == 0u) {
        let pair = pair_x(unit_at(row, block, k));
        block_x[k] = pair.first;
        block_x[k / 2u * 2u + 1u] = pair.second;
      }
    }
  } else {
    for (var k = 0u; k < VECTORS_PER_LANE; k++) {
      if (k % 2u == 0u) {
        if (is_inside(k)) {
          let pair = pair_x(unit_at(row, block, k));
          block_x[k] = pair.first;
          block_x[k / 2u * 2u + 1u] = pair.second;
        } else {
          let v = vector_at(row, block, k);
          let pair = pair_x(near_vector_at(row, block, k) / 2u);
          block_x[k] = select(vec4u(ABSENT), pair.first, live_at(row, v));
          block_x[k / 2u * 2u + 1u] = select(vec4u(ABSENT), pair.second, live_at(row, v + 1u));
        }
      }
    }
  }
}

// shaders/io/pair_halves4.wgsl
// Pairs of neighboring vectors of x, f16 elements whose start is aligned to 16 bytes, with one load each.
// needs: a buffer x, halves as words
// provides: pairs of x (pair_x)
struct Pair_x {
  first: vec4u,
  second: vec4u,
}

// Elements 8·unit to 8·unit + 7.
fn pair_x(unit: u32) -> Pair_x {
  let words = x[params.x_origin / 8u + unit];
  return Pair_x(widened(words.xy), widened(words.zw));
}

// shaders/io/binding.wgsl
// The buffer of y. A buffer that is replaced in place has one binding for reads and writes, since no dispatch may
// read a buffer and write it through another binding. read_write is `read` or `read_write`.
// provides: a buffer y (y)
@group(0) @binding(2) var<storage, read_write> y: array<vec2u>;

// shaders/io/write_halves4.wgsl
// f16 elements, given as f32 and written four at a time: all four belong to this lane, or may be overwritten. y is
// the binding, y the kernel's name for it.
// needs: a buffer y, words as halves
// provides: writes of y (put4_y, put_vector_y)
fn put_vector_y(v: u32, bits: vec4u) {
  y[params.y_origin / 4u + v] = narrowed(bits);
}

fn put4_y(at: u32, bits: vec4u, live: vec4<bool>) {
  put_vector_y(at / 4u, bits);
}

// shaders/math/narrow.wgsl
// f16 (IEEE 754 binary16) from f32 bits: the nearest value, ties to even; infinity from 65,520 up. Integer arithmetic
// rounds the same on every adapter, which an adapter's own conversion need not. A NaN keeps the part of its payload
// that fits.
// provides: words as halves (narrowed, narrowed4)
fn narrowed4(bits: vec4u) -> vec4u {
  let size = bits & vec4u(0x7fffffffu);
  // Below 2^-14 the unit is 2^-24 for every exponent; above, 13 bits are dropped.
  let exponent = size >> vec4u(23u);
  let small = size < vec4u(0x38800000u);
  let significand = select(size - vec4u(0x38000000u), (size & vec4u(0x007fffffu)) | vec4u(0x00800000u), small);
  let cut = select(vec4u(13u), min(vec4u(126u) - min(exponent, vec4u(126u)), vec4u(31u)), small);
  let odd = (significand >> cut) & vec4u(1u);
  let finite = (significand + ((vec4u(1u) << (cut - vec4u(1u))) - vec4u(1u)) + odd) >> cut;
  let payload = (size >> vec4u(13u)) & vec4u(0x03ffu);
  let nan = vec4u(0x7c00u) | select(payload, vec4u(0x0200u), payload == vec4u(0u));
  let large = select(vec4u(0x7c00u), nan, size > vec4u(0x7f800000u));
  return select(finite, large, size >= vec4u(0x47800000u)) | ((bits >> vec4u(16u)) & vec4u(0x8000u));
}

fn narrowed(bits: vec4u) -> vec2u {
  let h = narrowed4(bits);
  return vec2u(h.x | (h.y << 16u), h.z | (h.w << 16u));
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
// y by rows along the last axis, written. `whole`: all four elements belong to the row.
// needs: writes of y, io/row
// provides: rows into y (store4_y)
fn store4_y(row: Row, v: u32, value: vec4f, whole: bool) {
  if (whole) {
    put_vector_y(v, bitcast<vec4u>(value));
    return;
  }
  let live = live_at(row, v);
  if (any(live)) {
    put4_y(4u * v, bitcast<vec4u>(value), live);
  }
}
