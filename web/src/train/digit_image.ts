import { PIXELS, SIDE } from '../../../studies/training/digits.ts';

/** The side of the drawing, in pixels. */
export const DRAWING_SIDE = 280;
/** The side of the box that MNIST's digits fill. */
const BOX = 20;
/** The least extent of a drawing: a seventh of its side. */
const LEAST_EXTENT = DRAWING_SIDE / 7;
/** The largest fraction of ink: a fully inked drawing is not a digit. MNIST's boldest digit has 0.44. */
const MOST_INK = 0.6;
/** The least value of a pixel, out of 255, that counts as ink. */
const INK = 32;

/** The bounding rectangle of the ink. */
interface Extent {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Values [height, width], row-major. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** A digit in MNIST's format, or the reason why there is none. */
export type DigitImage = { readonly pixels: Uint8Array } | { readonly problem: string };

/**
 * Converts a drawing to MNIST's format: scaled to fill a box of 20 x 20, with the center of mass of its ink in the middle of
 * 28 x 28 pixels.
 * @param ink 280 x 280 pixels; 255 is full
 */
export function digitOf(ink: Uint8Array): DigitImage {
  const extent = extentOf(ink);
  if (!extent) return { problem: 'The drawing is blank: draw a digit.' };
  if (Math.max(extent.width, extent.height) < LEAST_EXTENT)
    return { problem: 'The drawing is too small to be a digit: draw it larger.' };
  const inked = ink.reduce((count, value) => (value >= INK ? count + 1 : count), 0);
  if (inked > MOST_INK * ink.length)
    return { problem: 'The drawing has more ink than any digit: clear it and draw a digit.' };
  return { pixels: centered(scaled(ink, extent)) };
}

/** Converts an MNIST digit to a drawing. */
export function inkOf(pixels: Uint8Array): Uint8Array {
  const scale = DRAWING_SIDE / SIDE;
  return Uint8Array.from({ length: DRAWING_SIDE ** 2 }, (_, i) => {
    const [x, y] = [i % DRAWING_SIDE, Math.floor(i / DRAWING_SIDE)];
    return pixels[Math.floor(y / scale) * SIDE + Math.floor(x / scale)] as number;
  });
}

function extentOf(ink: Uint8Array): Extent | undefined {
  let [left, top, right, bottom] = [DRAWING_SIDE, DRAWING_SIDE, -1, -1];
  for (let y = 0, i = 0; y < DRAWING_SIDE; y++) {
    for (let x = 0; x < DRAWING_SIDE; x++, i++) {
      if ((ink[i] as number) < INK) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return undefined;
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Scales the drawing to at most 20 x 20 pixels, each the mean of the square that it covers. */
function scaled(ink: Uint8Array, { left, top, width, height }: Extent): Picture {
  const step = Math.max(width, height) / BOX;
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [x0, x1] = bounds(left + (i % columns) * step, step);
    const [y0, y1] = bounds(top + Math.floor(i / columns) * step, step);
    let sum = 0;
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) sum += ink[y * DRAWING_SIDE + x] as number;
    return sum / ((y1 - y0) * (x1 - x0));
  });
  return { width: columns, height: rows, values };
}

/** Rounds an interval to whole pixels: at least one, none outside the drawing. */
function bounds(from: number, length: number): readonly [number, number] {
  const first = Math.min(Math.floor(from), DRAWING_SIDE - 1);
  return [first, Math.min(Math.max(first + 1, Math.round(from + length)), DRAWING_SIDE)];
}

/** Returns [784]: moves the picture by whole pixels to center its mass, and keeps it inside. */
function centered({ width, height, values }: Picture): Uint8Array {
  let [mass, x, y] = [0, 0, 0];
  for (const [i, value] of values.entries()) {
    mass += value;
    x += value * (i % width);
    y += value * Math.floor(i / width);
  }
  // Measured on MNIST's test images: the mean center is 14.0 along both axes, counted from pixel 0.
  const middle = SIDE / 2;
  const held = (shift: number, most: number) => Math.min(Math.max(Math.round(shift), 0), most);
  const [right, down] = [held(middle - x / mass, SIDE - width), held(middle - y / mass, SIDE - height)];
  const pixels = new Uint8Array(PIXELS);
  for (const [i, value] of values.entries())
    pixels[(Math.floor(i / width) + down) * SIDE + (i % width) + right] = Math.round(value);
  return pixels;
}
