// Whether this adapter's compiler has bitcasts between f16 vectors and words (naga has none), and whether they show that
// f32 is rounded to nearest even.
// needs: probe/cases, halves as words, words as halves
const BITS_WRONG = 16u;

@group(0) @binding(0) var<storage, read_write> found: Found;

@compute @workgroup_size(64)
fn f16_bits(@builtin(global_invocation_id) id: vec3u) {
  atomicAdd(&found.lanes, 1u);
  let bits = case_of(id.x).bits;
  let halves = bitcast<vec2u>(vec4h(bitcast<vec4f>(bits)));
  let rounded = narrowed(bits);
  if (!same_halves(halves.x, rounded.x) || !same_halves(halves.y, rounded.y)) {
    atomicOr(&found.faults, BITS_WRONG);
  }
}
