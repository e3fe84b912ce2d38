// The windows over an element, at most COVER_H by COVER_W, and the gradients of their results.
// needs: reads of dy, pool/windows
const COVER_H = (SIZE_H + STRIDE_H - 1u) / STRIDE_H;
const COVER_W = (SIZE_W + STRIDE_W - 1u) / STRIDE_W;

// The places of four elements of dx, in padded planes.
struct Spots {
  plane: vec4u,
  y: vec4u,
  x: vec4u,
}

fn spots_of(i: vec4u) -> Spots {
  let row = i / params.width;
  let plane = row / params.height;
  return Spots(plane, row - plane * params.height + PADDING_H, i - row * params.width + PADDING_W);
}

// One of the windows over each of four elements.
struct Cover {
  windows: Windows,
  at: vec4u, // in dy
  exists: vec4<bool>,
}

// The windows at row a and column b of the windows over them, in window order.
fn cover_of(spots: Spots, a: u32, b: u32) -> Cover {
  let row = spots.y / STRIDE_H + a - (COVER_H - 1u);
  let column = spots.x / STRIDE_W + b - (COVER_W - 1u);
  let windows = Windows(spots.plane, row * STRIDE_H, column * STRIDE_W);
  let exists = (row < vec4u(params.out_height)) & (column < vec4u(params.out_width))
    & (spots.y - windows.top < vec4u(SIZE_H)) & (spots.x - windows.left < vec4u(SIZE_W));
  return Cover(windows, (spots.plane * params.out_height + row) * params.out_width + column, exists);
}

// The gradients of the wanted windows; 0 for others.
fn gradients_of(cover: Cover, wanted: vec4<bool>) -> vec4u {
  let at = select(vec4u(0u), cover.at, wanted);
  return select(vec4u(0u), vec4u(one_dy(at.x), one_dy(at.y), one_dy(at.z), one_dy(at.w)), wanted);
}
