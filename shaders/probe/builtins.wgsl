// Whether the built-ins do on this adapter more than WGSL promises: unpack2x16float is exact, pack2x16float rounds to
// nearest even, exp2 is accurate. The integers of math/widen and math/narrow are the reference for halves; the host
// computes that of exp2 as pairs (t, 2^t).
// needs: probe/cases, halves as words, words as halves
const UNPACK_WRONG = 1u;
const PACK_WRONG = 2u;
const EXP2_WRONG = 4u;
const EXP2_BELOW_WRONG = 32u;

@group(0) @binding(0) var<storage, read_write> found: Found;
@group(0) @binding(1) var<storage, read> powers: array<vec2f>;

@compute @workgroup_size(64)
fn builtins(@builtin(global_invocation_id) id: vec3u) {
  atomicAdd(&found.lanes, 1u);
  let one = case_of(id.x);
  let wide = vec4f(unpack2x16float(one.word), unpack2x16float(one.bits.x & 0xffffu));
  if (!same_floats(bitcast<vec4u>(wide), widened(vec2u(one.word, one.bits.x & 0xffffu)))) {
    atomicOr(&found.faults, UNPACK_WRONG);
  }
  let value = bitcast<vec4f>(one.bits);
  let rounded = narrowed(one.bits);
  if (!same_halves(pack2x16float(value.xy), rounded.x) || !same_halves(pack2x16float(value.zw), rounded.y)) {
    atomicOr(&found.faults, PACK_WRONG);
  }
  if (id.x < arrayLength(&powers)) {
    let power = powers[id.x];
    var allowed = power.y * select(0x1p-18f, 0x1p-22f, abs(power.x) <= 0.5);
    if (power.x == 0.0) {
      allowed = 0.0;
    }
    if (power.x < -26.0) { // f16 rounds it to 0
      allowed = 0x1p-26f;
    }
    let error = abs(exp2(power.x) - power.y);
    if (!(error <= allowed)) {
      atomicOr(&found.faults, EXP2_WRONG);
    }
    // 3 ulp. Subnormal results may be flushed.
    if (power.x <= 0.0 && !(error <= select(0x1p-126f, power.y * 0x1.8p-22f, power.x > -125.0))) {
      atomicOr(&found.faults, EXP2_BELOW_WRONG);
    }
  }
}
