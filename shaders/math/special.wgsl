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
