// y_i = x_i·scale where the i-th random word is at most `last`, exactly 0 elsewhere. A vector of four elements uses the
// four words of its own counter, so the choice of dropped elements depends only on seed, step, stream and place.
// needs: reads of x, writes of y, elementwise/product, math/elements, math/philox
struct Params {
  first: u32, // first vector of this window
  last: u32,
  stream: u32,
  step_low: u32,
  step_high: u32,
  seed_low: u32,
  seed_high: u32,
  scale: f32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn dropout(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    let v = first + p;
    if (4u * v < params.size) {
      let counter = vec4u(params.first + v, params.stream, params.step_low, params.step_high);
      let words = philox(counter, vec2u(params.seed_low, params.seed_high));
      let kept = product(vector_x(v), vec4u(bitcast<u32>(params.scale)));
      put4_y(4u * v, select(vec4u(0u), kept, words <= vec4u(params.last)), live_at(v));
    }
  }
}
