import { expect, test } from 'vitest';
import { loadMnist } from '../../studies/mnist.ts';
import { PIXELS, SIDE } from '../../studies/training/digits.ts';
import { DRAWING_SIDE, digitOf, inkOf } from '../../web/src/train/digit_image.ts';

/** A rectangle of ink. */
function rectangle(left: number, top: number, width: number, height: number): Uint8Array {
  const ink = new Uint8Array(DRAWING_SIDE ** 2);
  for (let y = top; y < top + height; y++) ink.fill(255, y * DRAWING_SIDE + left, y * DRAWING_SIDE + left + width);
  return ink;
}

function pixelsOf(ink: Uint8Array): Uint8Array {
  const digit = digitOf(ink);
  if ('problem' in digit) throw new Error(digit.problem);
  return digit.pixels;
}

test('redrawing an MNIST digit reproduces its pixels approximately', async () => {
  const { test: digits } = await loadMnist();
  for (let i = 0; i < 50; i++) {
    const given = digits.images.subarray(i * PIXELS, (i + 1) * PIXELS);
    const back = pixelsOf(inkOf(given));
    const [ink, difference] = [0, 0].map((_, which) =>
      given.reduce((sum, value, at) => sum + (which ? Math.abs(value - (back[at] as number)) : value), 0),
    ) as [number, number];
    expect(difference / ink).toBeLessThan(0.35);
  }
});

test('the position of the drawing makes no difference, even in a corner', () => {
  const middle = pixelsOf(rectangle(130, 40, 20, 200));
  expect(pixelsOf(rectangle(0, 0, 20, 200))).toEqual(middle);
  expect(pixelsOf(rectangle(260, 80, 20, 200))).toEqual(middle);
  // The scaled drawing is 20 of 28 pixels high and 2 pixels wide, centered at pixel 14.
  const rows = Array.from({ length: SIDE }, (_, y) => [...middle.subarray(y * SIDE, (y + 1) * SIDE)]);
  expect(rows.filter((row) => row.some((value) => value > 0)).length).toBe(20);
  expect(rows[14]?.map((value, x) => (value > 0 ? x : -1)).filter((x) => x >= 0)).toEqual([14, 15]);
});

test('the size of the drawing makes no difference', () => {
  expect(pixelsOf(rectangle(20, 20, 120, 240))).toEqual(pixelsOf(rectangle(100, 50, 60, 120)));
});

test('every MNIST digit has less ink than the limit', async () => {
  const { train, test } = await loadMnist();
  const shares = [train, test].flatMap(({ count, images }) =>
    Array.from({ length: count }, (_, i) => {
      const pixels = images.subarray(i * PIXELS, (i + 1) * PIXELS);
      return pixels.reduce((inked, value) => (value >= 32 ? inked + 1 : inked), 0) / PIXELS;
    }),
  );
  expect(shares).toHaveLength(70_000);
  expect(shares.reduce((most, share) => Math.max(most, share))).toBeCloseTo(0.44, 2);
});

test('a blank sheet, a dot and a fully inked sheet are not digits', () => {
  expect(digitOf(rectangle(0, 0, 0, 0))).toEqual({ problem: 'The drawing is blank: draw a digit.' });
  expect(digitOf(rectangle(100, 100, 22, 22))).toEqual({
    problem: 'The drawing is too small to be a digit: draw it larger.',
  });
  expect(digitOf(rectangle(20, 10, 240, 250))).toEqual({
    problem: 'The drawing has more ink than any digit: clear it and draw a digit.',
  });
});
