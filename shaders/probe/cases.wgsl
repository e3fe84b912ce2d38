// Every half in turn, and four f32 values near it that rounding must tell apart: the half itself, the midpoint between
// it and the half above in magnitude, and the f32 values on both sides of the midpoint. Past the largest half these are
// the values from 65,504 to 65,520, infinity, NaNs, and f32 values far beyond.
// needs: halves as words
struct Case {
  word: u32, // two halves
  bits: vec4u, // four f32 values
}

// What the probes found. Lanes that never ran found no fault either, so they are counted.
struct Found {
  faults: atomic<u32>,
  lanes: atomic<u32>,
}

const FINITE_HALVES = 0x7c00u;

fn case_of(half: u32) -> Case {
  let word = half | (((half * 40503u) & 0xffffu) << 16u);
  let here = widened1(half);
  let magnitude = half & 0x7fffu;
  // Exact: both have at most 12 significant bits. The half above the largest one counts as 65,536.
  let above = select(bitcast<f32>(widened1(magnitude + 1u)), 65536.0, magnitude + 1u >= FINITE_HALVES);
  let middle = bitcast<u32>(0.5 * (bitcast<f32>(widened1(min(magnitude, FINITE_HALVES - 1u))) + above)) | (here & 0x80000000u);
  let far = (here & 0x80000000u) | ((0x47800000u + (magnitude << 16u)) & 0x7f7fffffu);
  let finite = vec4u(here, middle, middle - 1u, middle + 1u);
  return Case(word, select(vec4u(here, far, here, far), finite, magnitude < FINITE_HALVES));
}

fn is_nan_half(half: u32) -> bool {
  return (half & 0x7fffu) > 0x7c00u;
}

// Whether two words hold the same halves. One NaN is as good as another.
fn same_halves(a: u32, b: u32) -> bool {
  let low = (a & 0xffffu) == (b & 0xffffu) || (is_nan_half(a & 0xffffu) && is_nan_half(b & 0xffffu));
  let high = (a >> 16u) == (b >> 16u) || (is_nan_half(a >> 16u) && is_nan_half(b >> 16u));
  return low && high;
}

fn same_floats(a: vec4u, b: vec4u) -> bool {
  let both_nan = ((a & vec4u(0x7fffffffu)) > vec4u(0x7f800000u)) & ((b & vec4u(0x7fffffffu)) > vec4u(0x7f800000u));
  return all((a == b) | both_nan);
}
