// Halves (IEEE 754 binary16) from bits of f32: the nearest, ties to even; from 65,520 up infinity. By integers, so that
// every adapter rounds the same, which a conversion of its own need not. A NaN keeps what its payload has room for.
// provides: words as halves (narrowed, narrowed4)
fn narrowed4(bits: vec4u) -> vec4u {
  let size = bits & vec4u(0x7fffffffu);
  // Below 2^-14 the unit is 2^-24 whatever the exponent; above, 13 bits go.
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
