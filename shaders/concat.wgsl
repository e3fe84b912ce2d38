// y[r, first + c] = x[r, c]: one of the tensors that are joined along an axis, whose columns are all that lies within that
// axis. Any dtype of 4 bytes, as bits; a lane copies four neighbours of x.
struct Params {
  size: u32,
  cols: u32,
  y_cols: u32,
  first: u32,
  x_origin: u32,
  y_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(0) var<storage, read_write> y: array<u32>;

// Where element i of x goes.
fn place_of(i: u32) -> u32 {
  let row = i / params.cols;
  return params.y_origin + row * (params.y_cols - params.cols) + params.first + i;
}

@compute @workgroup_size(WIDTH)
fn concat(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = 4u * ((group.x + group.y * groups.x) * WIDTH + lane);
  if (i >= params.size) {
    return;
  }
  let x_at = params.x_origin + i;
  let at = place_of(i);
  if (params.cols % 4u == 0u) { // all four in one row
    y[at] = x[x_at];
    y[at + 1u] = x[x_at + 1u];
    y[at + 2u] = x[x_at + 2u];
    y[at + 3u] = x[x_at + 3u];
    return;
  }
  y[at] = x[x_at];
  for (var k = 1u; k < 4u; k++) {
    if (i + k < params.size) {
      y[place_of(i + k)] = x[x_at + k];
    }
  }
}
