// Along an axis, a pixel is seen by every STRIDE-th tap: by tap r + STRIDE·t of window w - t, where w·STRIDE + r is its place
// from the padding's edge. Pixels that share r are a phase; each phase of an image is a product of its own, in which all
// taps count.
// needs: conv2d/params
const REACH_Y = (TAPS_Y + STRIDE_Y - 1u) / STRIDE_Y;
const REACH_X = (TAPS_X + STRIDE_X - 1u) / STRIDE_X;
const REACH = REACH_Y * REACH_X;
const PHASES = STRIDE_Y * STRIDE_X;

struct Phase {
  image: u32,
  tap: vec2u, // r, down and right
  pixel: vec2u, // the first one of it
  window: vec2i, // w of that
}

fn phase_of(batch: u32) -> Phase {
  let image = batch / PHASES;
  let index = batch - image * PHASES;
  let stride = vec2u(STRIDE_Y, STRIDE_X);
  let padding = vec2u(params.pad_y, params.pad_x);
  let tap = vec2u(index / STRIDE_X, index % STRIDE_X);
  let pixel = (tap + stride - padding % stride) % stride;
  return Phase(image, tap, pixel, vec2i((pixel + padding - tap) / stride));
}

// Taps by which pixels of a phase were seen, down and right.
fn taps_of(phase: Phase) -> vec2u {
  let stride = vec2u(STRIDE_Y, STRIDE_X);
  return (vec2u(TAPS_Y, TAPS_X) + stride - 1u - phase.tap) / stride;
}
