// The places in NAME of four elements of a box, walked along axes[k], innermost first: x is the axis's length, SLOT the
// distance between neighbors. The four take their coordinates from the first, unless they cross the end of the
// innermost axis.
// needs: math/elements
struct Params {
  axes: array<vec4u, RANK>,
}

fn place_in_NAME(i: u32) -> u32 {
  var rest = i;
  var offset = 0u;
  for (var k = 0u; k < RANK - 1u; k++) {
    let axis = params.axes[k];
    let next = rest / axis.x;
    offset += (rest - next * axis.x) * axis.SLOT;
    rest = next;
  }
  return offset + rest * params.axes[RANK - 1u].SLOT; // the outermost axis needs no division
}

fn places_in_NAME(v: u32) -> vec4u {
  let i = 4u * v;
  let inner = params.axes[0];
  let at = place_in_NAME(i) + IOTA * inner.SLOT;
  if (i % inner.x + 3u < inner.x) {
    return at;
  }
  return vec4u(at.x, place_in_NAME(i + 1u), place_in_NAME(i + 2u), place_in_NAME(i + 3u));
}
