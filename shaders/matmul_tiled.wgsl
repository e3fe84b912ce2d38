// The same as matmul.wgsl for a large c: a workgroup computes TILE × TILE elements, a lane 4 rows × 2 quads of them.
// Slabs of a and b, SLAB_K deep, lie in workgroup memory. Half of the lanes load that of a and half that of b, one
// block of 4 × 4 each, and they fetch the next slab while they multiply this one.
// needs: a factor a, a factor b, matmul/tile
@compute @workgroup_size(WORKGROUP_SIZE)
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
  // Workgroups past the last tile get depth 0 instead of returning early, so that control flow is uniform at the
  // barriers.
  let depth = select(0u, min(params.slice_k, params.k - start), slice < params.slices);
  let end = start + depth;

  // The block of each slab that this lane loads.
  let of_a = lane < FETCHERS;
  let seat = lane % FETCHERS;
  let along = select(ALONG_b, ALONG_a, of_a);
  let k_quad = select(seat / QUADS, seat % SLAB_QUADS, along); // neighboring lanes read neighboring memory
  let quad = select(seat % QUADS, seat / SLAB_QUADS, along);
  let batch = matrix - slice * params.batches;
  var rows: Rows_a;
  var cols: Rows_b;
  if (of_a) {
    rows = rows_a(batch, row + 4u * quad);
  } else {
    cols = rows_b(batch, col + 4u * quad);
  }
  let home = select(SLAB, 0u, of_a) + k_quad * FOUR_K + quad;

  // The elements that this lane computes.
  let high = lane / APART;
  let wide = lane % APART;

  var fetched = fetch(of_a, rows, cols, start + 4u * k_quad, end, depth >= SLAB_K);
  var left = mat4x4f();
  var right = mat4x4f();
  let slabs_in_all = (depth + SLAB_K - 1u) / SLAB_K;
  let blocks = (slabs_in_all + SLABS - 1u) / SLABS;
  for (var b = 0u; b < blocks; b++) {
    var left_block = mat4x4f();
    var right_block = mat4x4f();
    let count = min(SLABS, slabs_in_all - b * SLABS);
    for (var s = 0u; s < SLABS; s++) {
      if (s == count) { // the last block may be shorter
        break;
      }
      workgroupBarrier(); // the previous slabs have been read
      slabs[home] = fetched[0];
      slabs[home + QUADS] = fetched[1];
      slabs[home + 2u * QUADS] = fetched[2];
      slabs[home + 3u * QUADS] = fetched[3];
      workgroupBarrier(); // the new slabs are complete
      let next = start + (b * SLABS + s + 1u) * SLAB_K;
      if (next < end) {
        fetched = fetch(of_a, rows, cols, next + 4u * k_quad, end, end - next >= SLAB_K);
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

const QUADS = TILE / 4u; // across a tile
const FETCHERS = WORKGROUP_SIZE / 2u; // per factor
const SLAB_QUADS = SLAB_K / 4u;
const_assert SLAB_QUADS * QUADS == FETCHERS;
const SLABS = BLOCK_K / SLAB_K; // per block of sums
const APART = QUADS / 2u; // from a lane's left quad to its right one: neighboring lanes read neighboring banks
// A slab has one quad per k and per four rows of a, or columns of b. Two quads of padding follow every four k, so that
// lanes that load four k of few rows write to different banks.
const FOUR_K = 4u * QUADS + 2u;
const SLAB = SLAB_QUADS * FOUR_K;

var<workgroup> slabs: array<vec4f, 2u * SLAB>; // a's, then b's

// A lane's block of a slab. `whole`: the slab has no k past the end.
fn fetch(of_a: bool, rows: Rows_a, cols: Rows_b, k: u32, end: u32, whole: bool) -> mat4x4f {
  var four: mat4x4f;
  if (of_a) {
    four = four_a(rows, k);
  } else {
    four = four_b(cols, k);
  }
  if (whole) {
    return four;
  }
  return masked(four, k + IOTA < vec4u(end));
}

fn with_products(sum: mat4x4f, rows: vec4f, cols: vec4f) -> mat4x4f {
  return mat4x4f(fma(rows.xxxx, cols, sum[0]), fma(rows.yyyy, cols, sum[1]), fma(rows.zzzz, cols, sum[2]), fma(rows.wwww, cols, sum[3]));
}
