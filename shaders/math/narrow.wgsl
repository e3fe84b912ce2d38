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
