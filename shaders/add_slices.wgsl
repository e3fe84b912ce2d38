// c_i = Σ_s partial[s·size + i]: adds the slices of a matrix product, at most 64, BATCH at a time. Each lane adds four
// neighboring elements.
// needs: reads of partial, writes of c
struct Params {
  size: u32,
  slices: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn add_slices(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = 4u * ((group.x + group.y * groups.x) * WORKGROUP_SIZE + lane);
  if (i >= params.size) {
    return;
  }
  var sum = vec4f(0.0);
  let batches = (params.slices + BATCH - 1u) / BATCH;
  for (var b = 0u; b < batches; b++) {
    var batch = vec4f(0.0);
    for (var k = 0u; k < BATCH; k++) {
      let s = b * BATCH + k;
      let value = bitcast<vec4f>(quad_partial(min(s, params.slices - 1u) * params.size + i));
      batch += select(vec4f(0.0), value, s < params.slices);
    }
    sum += batch;
  }
  put4_c(i, bitcast<vec4u>(sum), i + IOTA < vec4u(params.size));
}

const IOTA = vec4u(0u, 1u, 2u, 3u);
const BATCH = 8u;
