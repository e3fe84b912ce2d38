// NAME is walked along axes[k], the innermost first: x is the axis's length, SLOT how far apart neighbours stand. Four
// elements of the result take their coordinates from the first, unless they cross the innermost axis.
@group(0) @binding(0) var<storage, read> NAME: array<u32>;

fn offset_NAME(i: u32) -> u32 {
  var rest = i;
  var offset = 0u;
  for (var k = 0u; k < RANK - 1u; k++) {
    let axis = params.axes[k];
    let next = rest / axis.x;
    offset += (rest - next * axis.x) * axis.SLOT;
    rest = next;
  }
  return offset + rest * params.axes[RANK - 1u].SLOT; // the outermost needs no division
}

fn fetch_NAME(v: u32) -> vec4u {
  let i = 4u * v;
  let inner = params.axes[0];
  var at = offset_NAME(i) + vec4u(0u, 1u, 2u, 3u) * inner.SLOT;
  if (i % inner.x + 3u >= inner.x) {
    at = vec4u(at.x, offset_NAME(i + 1u), offset_NAME(i + 2u), offset_NAME(i + 3u));
  }
  at += params.NAME_origin;
  return vec4u(NAME[at.x], NAME[at.y], NAME[at.z], NAME[at.w]);
}
