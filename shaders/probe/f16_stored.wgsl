// Whether the conversions between f32 and the type f16 are exact one way and round to nearest even the other.
// needs: probe/cases, halves as words, words as halves
const CONVERSION_WRONG = 8u;

@group(0) @binding(0) var<storage, read_write> found: Found;
@group(0) @binding(1) var<storage, read> stored: array<vec4<f16>>;

@compute @workgroup_size(64)
fn f16_stored(@builtin(global_invocation_id) id: vec3u) {
  atomicAdd(&found.lanes, 1u);
  let expected = widened(narrowed(case_of(id.x).bits));
  if (!same_floats(bitcast<vec4u>(vec4f(stored[id.x])), expected)) {
    atomicOr(&found.faults, CONVERSION_WRONG);
  }
}
