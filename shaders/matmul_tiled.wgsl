// The same as matmul.wgsl where c is large: a workgroup makes TILE × TILE entries, a lane 4 rows × 2 quads of them. Slabs of
// a and b, SLAB_K deep, lie in workgroup memory: half of the lanes bring that of a, half that of b, a block of 4 × 4 each,
// and they fetch the next slab while they multiply this one.
const QUADS = TILE / 4u; // across a tile
const FETCHERS = WIDTH / 2u; // of each factor
const SLAB_QUADS = FETCHERS / QUADS;
const SLAB_K = 4u * SLAB_QUADS;
const SLABS = BLOCK_K / SLAB_K; // a block of sums
const APART = QUADS / 2u; // from a lane's left quad to its right one: neighbours read neighbouring banks
// A slab has a quad for each k and each four rows of a, or columns of b. After every four k two are left free: lanes
// that bring four k of few rows then write to different banks.
const FOUR_K = 4u * QUADS + 2u;
const SLAB = SLAB_QUADS * FOUR_K;

var<workgroup> slabs: array<vec4f, 2u * SLAB>; // a's, then b's

@compute @workgroup_size(WIDTH)
fn matmul_tiled(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = group.x + group.y * groups.x;
  let tiles_n = (params.n + TILE - 1u) / TILE;
  let tiles_m = (params.m + TILE - 1u) / TILE;
  let band = tile / tiles_n;
  let matrix = band / tiles_m;
  let slice = matrix / params.batches;
  let row = TILE * (band - matrix * tiles_m);
  let col = TILE * (tile - band * tiles_n);
  let start = slice * params.slice_k;
  // Workgroups past the last tile do nothing, in step with the barriers.
  let depth = select(0u, min(params.slice_k, params.k - start), slice < params.slices);
  let end = start + depth;

  // The block that this lane brings of each slab.
  let of_a = lane < FETCHERS;
  let rows = select(params.n, params.m, of_a);
  let along = select(TRANSPOSE_B, !TRANSPOSE_A, of_a);
  let cols = select(rows, params.k, along);
  let step = select(cols, 1u, along);
  let seat = lane % FETCHERS;
  let k_quad = select(seat / QUADS, seat % SLAB_QUADS, along); // neighbours read what is neighbouring in memory
  let quad = select(seat % QUADS, seat / SLAB_QUADS, along);
  let base = (matrix - slice * params.batches) * rows * params.k;
  let first = min(select(col, row, of_a) + 4u * quad, (rows - 1u) / 4u * 4u);
  let at = starts_of(base, first, rows, cols, along);
  let home = select(SLAB, 0u, of_a) + k_quad * FOUR_K + quad;

  // The entries that it makes.
  let high = lane / APART;
  let wide = lane % APART;

  var fetched = fetch(of_a, at, step, start + 4u * k_quad, end, depth >= SLAB_K);
  var left = mat4x4f();
  var right = mat4x4f();
  let slabs_in_all = (depth + SLAB_K - 1u) / SLAB_K;
  let blocks = (slabs_in_all + SLABS - 1u) / SLABS;
  for (var b = 0u; b < blocks; b++) {
    var left_block = mat4x4f();
    var right_block = mat4x4f();
    let count = min(SLABS, slabs_in_all - b * SLABS);
    for (var s = 0u; s < SLABS; s++) {
      if (s == count) { // the last block is shorter
        break;
      }
      workgroupBarrier(); // the slabs before have been read
      slabs[home] = fetched[0];
      slabs[home + QUADS] = fetched[1];
      slabs[home + 2u * QUADS] = fetched[2];
      slabs[home + 3u * QUADS] = fetched[3];
      workgroupBarrier(); // these are whole
      let next = start + (b * SLABS + s + 1u) * SLAB_K;
      if (next < end) {
        fetched = fetch(of_a, at, step, next + 4u * k_quad, end, end - next >= SLAB_K);
      }
      for (var q = 0u; q < SLAB_QUADS; q++) {
        for (var i = 0u; i < 4u; i++) {
          let here = q * FOUR_K + i * QUADS;
          let four_rows = slabs[here + high];
          left_block = with_products(left_block, four_rows, slabs[SLAB + here + wide]);
          right_block = with_products(right_block, four_rows, slabs[SLAB + here + APART + wide]);
        }
      }
    }
    left += left_block;
    right += right_block;
  }
  if (slice < params.slices) {
    put_tile(matrix, row + 4u * high, col + 4u * wide, left);
    put_tile(matrix, row + 4u * high, col + 4u * (APART + wide), right);
  }
}

// Four quads of a factor, of k, k + 1, k + 2, k + 3, in a slab that is whole or ends before.
fn fetch(of_a: bool, at: vec4u, step: u32, k: u32, end: u32, whole: bool) -> mat4x4f {
  let starts = at + k * step;
  var quads: mat4x4f;
  if (of_a) {
    quads = mat4x4f(floats_a(starts.x), floats_a(starts.y), floats_a(starts.z), floats_a(starts.w));
    if (!TRANSPOSE_A) {
      quads = transpose(quads);
    }
  } else {
    quads = mat4x4f(floats_b(starts.x), floats_b(starts.y), floats_b(starts.z), floats_b(starts.w));
    if (TRANSPOSE_B) {
      quads = transpose(quads);
    }
  }
  if (whole) {
    return quads;
  }
  let zero = vec4f(0.0); // what stands past the last k may be NaN: both factors are masked
  let live = k + IOTA < vec4u(end);
  return mat4x4f(select(zero, quads[0], live.x), select(zero, quads[1], live.y), select(zero, quads[2], live.z), select(zero, quads[3], live.w));
}

fn with_products(sum: mat4x4f, rows: vec4f, cols: vec4f) -> mat4x4f {
  return mat4x4f(fma(rows.xxxx, cols, sum[0]), fma(rows.yyyy, cols, sum[1]), fma(rows.zzzz, cols, sum[2]), fma(rows.wwww, cols, sum[3]));
}
