// Stores f32 values as elements of type f16, for probe/f16_stored to look at: compilers drop a conversion to f16 and
// back.
// needs: probe/cases, halves as words
@group(0) @binding(0) var<storage, read_write> stored: array<vec4<f16>>;

@compute @workgroup_size(64)
fn f16_store(@builtin(global_invocation_id) id: vec3u) {
  stored[id.x] = vec4h(bitcast<vec4f>(case_of(id.x).bits));
}
