// y[o, j, c] = x[o, index_j, c]: entries of x along an axis of `length`, with `inner` elements each. An index out of range
// reads nothing: it makes missing_bits, and the check of the indices says so. Any dtype of 4 bytes, as bits.
struct Params {
  size: u32,
  length: u32,
  inner: u32,
  count: u32, // of indices
  missing_bits: u32,
  x_origin: u32,
  indices_origin: u32,
  y_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(0) var<storage, read> indices: array<u32>;
@group(0) @binding(0) var<storage, read_write> y: array<vec4u>; // a new tensor: aligned and padded to 16 bytes

// Where element i of y stands in x, and whether it does.
struct Source {
  at: u32,
  exists: bool,
}

fn source_of(i: u32) -> Source {
  let entry = i / params.inner;
  let outer = entry / params.count;
  var index = indices[params.indices_origin + entry - outer * params.count];
  if (SIGNED && (index >> 31u) != 0u) { // from the end; still larger than any length where it lies before the start
    index += params.length;
  }
  let at = (outer * params.length + index) * params.inner + (i - entry * params.inner);
  return Source(params.x_origin + at, i < params.size && index < params.length);
}

fn element(i: u32) -> u32 {
  let source = source_of(i);
  if (source.exists) {
    return x[source.at];
  }
  return params.missing_bits;
}

@compute @workgroup_size(WIDTH)
fn gather(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let v = (group.x + group.y * groups.x) * WIDTH + lane;
  let i = 4u * v;
  if (i >= params.size) {
    return;
  }
  var bits = vec4u(params.missing_bits);
  if (params.inner % 4u == 0u) { // all four in one entry
    let source = source_of(i);
    if (source.exists) {
      bits = vec4u(x[source.at], x[source.at + 1u], x[source.at + 2u], x[source.at + 3u]);
    }
  } else {
    bits = vec4u(element(i), element(i + 1u), element(i + 2u), element(i + 3u));
  }
  y[params.y_origin / 4u + v] = bits;
}
