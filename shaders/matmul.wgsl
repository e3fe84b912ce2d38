// c[m, n] = Σ_k a[m, k]·b[k, n] for each matrix of a batch, over a slice of k: with more than one slice another dispatch
// adds them. A lane makes 4 × 4 entries by itself, four k at a time: nothing waits for another lane.
const BLOCK_QUADS = BLOCK_K / 4u;

@compute @workgroup_size(WIDTH)
fn matmul(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = (group.x + group.y * groups.x) * WIDTH + lane;
  let tiles_n = (params.n + 3u) / 4u;
  let tiles_m = (params.m + 3u) / 4u;
  let band = tile / tiles_n;
  let matrix = band / tiles_m;
  let slice = matrix / params.batches;
  if (slice >= params.slices) {
    return;
  }
  let row = 4u * (band - matrix * tiles_m);
  let col = 4u * (tile - band * tiles_n);
  let batch = matrix - slice * params.batches;
  let a_cols = select(params.k, params.m, TRANSPOSE_A);
  let b_cols = select(params.n, params.k, TRANSPOSE_B);
  let a_at = starts_of(batch * params.m * params.k, row, params.m, a_cols, !TRANSPOSE_A);
  let b_at = starts_of(batch * params.k * params.n, col, params.n, b_cols, TRANSPOSE_B);
  let a_step = select(1u, a_cols, TRANSPOSE_A);
  let b_step = select(b_cols, 1u, TRANSPOSE_B);
  let start = slice * params.slice_k;
  let end = min(start + params.slice_k, params.k);
  let blocks = (end - start + BLOCK_K - 1u) / BLOCK_K;
  var sum = mat4x4f();
  for (var b = 0u; b < blocks; b++) {
    let first = start + b * BLOCK_K;
    var block = mat4x4f();
    let quads = min(BLOCK_K, end - first) / 4u;
    for (var q = 0u; q < BLOCK_QUADS; q++) {
      if (q == quads) { // the last block is shorter
        break;
      }
      let k = first + 4u * q;
      block += product(a_at + k * a_step, b_at + k * b_step, vec4<bool>(true), true);
    }
    let k = first + 4u * quads;
    if (k < min(end, first + BLOCK_K)) {
      block += product(a_at + k * a_step, b_at + k * b_step, k + IOTA < vec4u(end), false);
    }
    sum += block;
  }
  put_tile(matrix, row, col, sum);
}
