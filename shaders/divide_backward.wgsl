// db = -dy·a / b², element by element: the gradient of a / b by b, before broadcasting. Mantissas and exponents are
// computed apart, so that nothing overflows or underflows unless the result does. Subnormals count as 0. NaN, or infinity
// times 0 or over infinity, or 0 over 0, gives NaN.
// needs: an operand a, an operand b, an operand dy, writes of y, elementwise/classes, math/elements, math/special
@compute @workgroup_size(WORKGROUP_SIZE)
fn divide_backward(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    let v = first + p;
    if (4u * v < params.size) {
      put4_y(4u * v, gradient_of(fetch_dy(v), fetch_a(v), fetch_b(v)), live_at(v));
    }
  }
}

fn gradient_of(dy: vec4u, a: vec4u, b: vec4u) -> vec4u {
  let sign = sign_of(dy ^ a) ^ vec4u(0x80000000u);
  let e = clamp(exponents(dy) + exponents(a) - 2 * exponents(b), vec4i(-252), vec4i(252));
  let quotient = mantissas(dy) * mantissas(a) / (mantissas(b) * mantissas(b));
  // The lowest bit of NaN's bits is 0, but only at run time: the compiler cannot join the two powers.
  let halfway = bitcast<vec4f>(bitcast<vec4u>(quotient * powers(e / 2)) ^ vec4u(params.nan_bits & 1u));
  let usual = sign | bitcast<vec4u>(halfway * powers(e - e / 2));
  let none_above = is_nothing(dy) | is_nothing(a);
  let none_below = is_nothing(b);
  let infinite_above = are_infinite(dy) | are_infinite(a);
  let infinite_below = are_infinite(b);
  let invalid = are_nan(dy) | are_nan(a) | are_nan(b) | (none_above & (infinite_above | none_below)) | (infinite_above & infinite_below);
  var result = select(usual, sign, none_above | infinite_below);
  result = select(result, sign | vec4u(INFINITE), infinite_above | (none_below & !none_above));
  return select(result, vec4u(params.nan_bits), invalid);
}

fn is_nothing(bits: vec4u) -> vec4<bool> {
  return (bits & vec4u(INFINITE)) == vec4u(0u);
}

fn exponents(bits: vec4u) -> vec4i {
  return vec4i((bits >> vec4u(23u)) & vec4u(0xffu)) - vec4i(127);
}

// Magnitudes, in [1, 2).
fn mantissas(bits: vec4u) -> vec4f {
  return bitcast<vec4f>((bits & vec4u(0x007fffffu)) | vec4u(0x3f800000u));
}

fn powers(e: vec4i) -> vec4f {
  return bitcast<vec4f>(vec4u(e + vec4i(127)) << vec4u(23u));
}
