// c[m, n] = Σ_k a[m, k]·b[k, n] for each matrix of a batch, over one slice of k; with several slices, another dispatch
// adds them. Each lane computes 4 × 4 elements, four k at a time, and waits for no other lane.
// needs: a factor a, a factor b, matmul/tile
@compute @workgroup_size(WORKGROUP_SIZE)
fn matmul(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = (group.x + group.y * groups.x) * WORKGROUP_SIZE + lane;
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
  let rows = rows_a(batch, row);
  let cols = rows_b(batch, col);
  let start = slice * params.slice_k;
  let end = min(start + params.slice_k, params.k);
  let blocks = (end - start + BLOCK_K - 1u) / BLOCK_K;
  var sum = mat4x4f();
  for (var b = 0u; b < blocks; b++) {
    let first = start + b * BLOCK_K;
    var block = mat4x4f();
    let quads = (min(BLOCK_K, end - first) + 3u) / 4u;
    for (var q = 0u; q < BLOCK_QUADS; q++) {
      if (q == quads) { // the last block may be shorter
        break;
      }
      block += product(rows, cols, first + 4u * q, end);
    }
    sum += block;
  }
  put_tile(matrix, row, col, sum);
}

const BLOCK_QUADS = BLOCK_K / 4u;

// The products of four k. WHOLE_K: none of them is past the last.
fn product(rows: Rows_a, cols: Rows_b, k: u32, end: u32) -> mat4x4f {
  let a = four_a(rows, k);
  let b = four_b(cols, k);
  if (WHOLE_K) {
    return b * transpose(a);
  }
  let live = k + IOTA < vec4u(end);
  return masked(b, live) * transpose(masked(a, live));
}
