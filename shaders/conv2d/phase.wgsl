// Along an axis, every STRIDE-th tap sees a given pixel: tap r + STRIDE·t of window w - t, where w·STRIDE + r is the
// pixel's distance from the edge of the padding. The pixels that share r are a phase. Each phase of an image is its own
// matrix product, in which every tap counts.
// needs: conv2d/params
const REACH_Y = (TAPS_Y + STRIDE_Y - 1u) / STRIDE_Y;
const REACH_X = (TAPS_X + STRIDE_X - 1u) / STRIDE_X;
const REACH = REACH_Y * REACH_X;
const PHASES = STRIDE_Y * STRIDE_X;

struct Phase {
  image: u32,
  tap: vec2u, // r along y and x
  pixel: vec2u, // first pixel of the phase
  window: vec2i, // w of that pixel
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

// The number of taps that see a pixel of the phase, along y and x.
fn taps_of(phase: Phase) -> vec2u {
  let stride = vec2u(STRIDE_Y, STRIDE_X);
  return (vec2u(TAPS_Y, TAPS_X) + stride - 1u - phase.tap) / stride;
}
