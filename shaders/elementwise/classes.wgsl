// Classes of floats, by their bits, and the sign of a product.
// needs: math/special
fn are_finite(bits: vec4u) -> vec4<bool> {
  return (bits & vec4u(MAGNITUDE)) < vec4u(INFINITE);
}

fn are_nan(bits: vec4u) -> vec4<bool> {
  return (bits & vec4u(MAGNITUDE)) > vec4u(INFINITE);
}

fn are_infinite(bits: vec4u) -> vec4<bool> {
  return (bits & vec4u(MAGNITUDE)) == vec4u(INFINITE);
}

fn are_zero(bits: vec4u) -> vec4<bool> {
  return (bits & vec4u(MAGNITUDE)) == vec4u(0u);
}

fn sign_of(bits: vec4u) -> vec4u {
  return bits & vec4u(0x80000000u);
}

// Floats that are safe in arithmetic: a non-finite element becomes the largest number of its sign.
fn finite_of(bits: vec4u) -> vec4f {
  return bitcast<vec4f>(sign_of(bits) | min(bits & vec4u(MAGNITUDE), vec4u(0x7f7fffffu)));
}
