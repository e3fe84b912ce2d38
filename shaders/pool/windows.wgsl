// Windows of SIZE_H by SIZE_W elements, STRIDE_H and STRIDE_W apart, over planes [height, width] with PADDING_H rows of
// padding before and after, and PADDING_W columns. Rows and columns are those of padded planes. A position in the
// padding before a plane wraps around, and so lies outside as well.
// needs: math/elements
struct Params {
  height: u32, // of a plane of x
  width: u32,
  out_height: u32, // of a plane of y
  out_width: u32,
}

const PADDED = PADDING_H + PADDING_W > 0u;
const ROWS = SIZE_H; // not a constant of the prelude, so that loops over rows stay loops: windows may be large

// Four windows: their planes, and where they begin in them.
struct Windows {
  plane: vec4u,
  top: vec4u,
  left: vec4u,
}

// The windows of four results.
fn windows_of(i: vec4u) -> Windows {
  let row = i / params.out_width;
  let plane = row / params.out_height;
  return Windows(plane, (row - plane * params.out_height) * STRIDE_H, (i - row * params.out_width) * STRIDE_W);
}

// Whether elements lie inside their planes.
fn inside(y: vec4u, x: vec4u) -> vec4<bool> {
  if (!PADDED) {
    return vec4<bool>(true);
  }
  return (y - PADDING_H < vec4u(params.height)) & (x - PADDING_W < vec4u(params.width));
}

fn place_in(plane: vec4u, y: vec4u, x: vec4u) -> vec4u {
  return (plane * params.height + (y - PADDING_H)) * params.width + (x - PADDING_W);
}

// Four elements of the output, from vector v on; past the end, the last one.
fn elements_at(v: u32) -> vec4u {
  return min(4u * v + IOTA, vec4u(params.size - 1u));
}
