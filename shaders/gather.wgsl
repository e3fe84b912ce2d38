// y[o, j, c] = x[o, index_j, c]: entries of x along an axis of `length`, with `inner` elements each; any dtype, as
// bits. An index out of range reads nothing and gives missing_bits; the check of the indices reports it. Where x
// exceeds one binding, a dispatch sees a window of x (WINDOWED) and writes the elements that come from it.
// needs: reads of indices, reads of x, writes of y, math/elements
struct Params {
  first: u32, // first element of this part of y
  length: u32,
  inner: u32,
  count: u32, // number of indices
  missing_bits: u32,
  window_first: u32, // first element of the window of x
  window_size: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn gather(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    let v = first + p;
    if (4u * v < params.size) {
      if (params.inner % 4u == 0u) {
        store_quad(v);
      } else {
        store_elements(v);
      }
    }
  }
}

// The place of element i of y in the window of x, and whether it is there. An element of no valid index counts as
// missing from the first window.
struct Source {
  at: u32,
  exists: bool,
  here: bool,
}

fn source_of(i: u32) -> Source {
  let entry = i / params.inner;
  let outer = entry / params.count;
  var index = one_indices(entry - outer * params.count);
  if (SIGNED && (index >> 31u) != 0u) { // counted from the end; before the start, it is still larger than any length
    index += params.length;
  }
  let exists = index < params.length;
  let at = (outer * params.length + index) * params.inner + (i - entry * params.inner) - params.window_first;
  if (WINDOWED) {
    return Source(at, exists, select(params.window_first == 0u, at < params.window_size, exists));
  }
  return Source(at, exists, true);
}

fn bits_of(source: Source) -> u32 {
  if (source.here && source.exists) {
    return one_x(source.at);
  }
  return params.missing_bits;
}

// Stores four elements that may come from different entries.
fn store_elements(v: u32) {
  let i = params.first + min(4u * v + IOTA, vec4u(params.size - 1u));
  let x = source_of(i.x);
  let y = source_of(i.y);
  let z = source_of(i.z);
  let w = source_of(i.w);
  let here = vec4<bool>(x.here, y.here, z.here, w.here);
  if (any(here)) {
    put4_y(4u * v, vec4u(bits_of(x), bits_of(y), bits_of(z), bits_of(w)), live_at(v) & here);
  }
}

// Stores four elements of one entry.
fn store_quad(v: u32) {
  let source = source_of(params.first + 4u * v);
  if (source.here) {
    var bits = vec4u(params.missing_bits);
    if (source.exists) {
      bits = quad_x(source.at);
    }
    put_vector_y(v, bits);
  }
}
