import { show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';

/** One number per axis of a plane. */
export type Pair = readonly [height: number, width: number];

/** Windows that slide over planes. A single number applies to both axes. */
export interface Windows2dOptions {
  /** Elements of a window along an axis, at least 1. */
  readonly size: number | Pair;
  /** Elements from one window to the next, at least 1. */
  readonly stride: number | Pair;
  /** Elements added on each side of a plane. */
  readonly padding: number | Pair;
}

/** Checked windows, and their number: [height, width] of each. */
export interface Windows2d {
  /** Size of a plane, without padding. */
  readonly plane: Pair;
  readonly size: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  /** The number of windows along each axis: a plane of the result. */
  readonly output: Pair;
}

/** The largest count of elements: kernels add two of them in 32 bits. */
const MOST = 2 ** 31 - 1;

/**
 * Returns the windows over planes of `height` by `width`: ⌊(length + 2·padding - size) / stride⌋ + 1 along an axis,
 * each within the padded plane. The first starts `padding` before the plane.
 * @param sizeName the name of the windows' size in messages: for a convolution, its weight's
 * @throws ShapeError for a plane without elements, for options that are not whole numbers or pairs of them, and for
 * windows that are larger than the padded plane
 */
export function windows2d(
  op: string,
  { height, width }: { readonly height: number; readonly width: number },
  options: Windows2dOptions,
  sizeName = 'size',
): Windows2d {
  const plane: Pair = [height, width];
  if (plane.includes(0)) throw new ShapeError(`${op}: a plane is ${show(plane)}, expected at least [1, 1]`);
  const size = pairOf(op, sizeName, options.size, 1);
  const stride = pairOf(op, 'stride', options.stride, 1);
  const padding = pairOf(op, 'padding', options.padding, 0);
  const padded = eachOf((axis) => plane[axis] + 2 * padding[axis]);
  if (size[0] > padded[0] || size[1] > padded[1]) {
    throw new ShapeError(
      `${op}: ${sizeName} is ${show(size)}, expected at most ${show(padded)}: a plane of ${show(plane)} with padding ${show(padding)}`,
    );
  }
  const output = eachOf((axis) => Math.floor((padded[axis] - size[axis]) / stride[axis]) + 1);
  return { plane, size, stride, padding, output };
}

/** Expands an option to a pair. @throws ShapeError unless both are whole numbers from `least` up */
function pairOf(op: string, name: string, value: number | Pair, least: number): Pair {
  const counts = (length: unknown): length is number =>
    Number.isInteger(length) && (length as number) >= least && (length as number) <= MOST;
  const pair: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  const [height, width] = pair;
  if (pair.length === 2 && counts(height) && counts(width)) return [height, width];
  const actual = Array.isArray(value) ? `[${value.join(', ')}]` : value;
  throw new ShapeError(
    `${op}: ${name} is ${actual}, expected a whole number in [${least}, ${MOST}] or a [height, width] pair of them`,
  );
}

function eachOf(make: (axis: 0 | 1) => number): Pair {
  return [make(0), make(1)];
}
