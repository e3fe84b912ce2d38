import {
  choice,
  type DrawnCall,
  type DrawnInput,
  type DrawnValues,
  type Draws,
  draws,
  list,
  perhaps,
  style,
  values,
} from '../suite/draws.ts';

interface Windows {
  readonly size: readonly [number, number];
  readonly stride: number | readonly [number, number];
  readonly padding: number | readonly [number, number];
}

/** Few windows, since each needs its own kernel: overlapping, adjacent, apart, and larger than the plane. */
const STYLES: readonly Windows[] = [
  { size: [3, 3], stride: 1, padding: 1 },
  { size: [2, 3], stride: [2, 1], padding: [1, 0] },
  { size: [2, 2], stride: 2, padding: 0 },
  { size: [1, 1], stride: [1, 3], padding: 0 },
];

const pairOf = (value: number | readonly [number, number]) =>
  typeof value === 'number' ? ([value, value] as const) : value;

/** The plane under the windows, enlarged to at least the size of a window. */
function planesOf({ size, stride, padding }: Windows, lengths: readonly number[]) {
  const along = (axis: 0 | 1) => {
    const around = 2 * pairOf(padding)[axis];
    const length = Math.max(lengths[axis] as number, size[axis] - around);
    return [length, Math.floor((length + around - size[axis]) / pairOf(stride)[axis]) + 1] as const;
  };
  const [[h, oh], [w, ow]] = [along(0), along(1)];
  return { plane: [h, w], grid: [oh, ow] };
}

/** Matching shapes, and numbers for two tensors. */
export interface DrawnWindows {
  readonly windows: Windows;
  readonly images: number;
  readonly channels: number;
  readonly outputs: number;
  /** Rows and columns of the plane and of the windows. */
  readonly plane: readonly number[];
  readonly grid: readonly number[];
  readonly countPadding: boolean | undefined;
  /** Arbitrary numbers in a shape. */
  any(shape: readonly number[]): DrawnInput;
  /** Finite numbers, whose products with the zeros around a plane are 0 on every device. */
  finite(shape: readonly number[]): DrawnInput;
}

/** Draws for ops on windows over planes. */
export function windowDraws(call: (drawn: DrawnWindows) => DrawnCall): Draws {
  const few = choice(2, 1, 3, 5, 8);
  return draws(
    {
      images: choice(2, 1, 3, 2, 1, 0),
      channels: few,
      outputs: few,
      sides: list(choice(5, 1, 2, 3, 4, 7, 8, 9, 13), 2, 2),
      windows: style(...STYLES),
      any: values('any'),
      finite: values('finite'),
      countPadding: perhaps(choice(false, true)),
    },
    ({ images, channels, outputs, sides, windows, any, finite, countPadding }, dtype) => {
      const input = (from: DrawnValues) => (shape: readonly number[]) => ({ shape, values: from, dtype });
      const shapes = planesOf(windows, sides);
      return call({
        ...shapes,
        windows,
        images,
        channels,
        outputs,
        countPadding,
        any: input(any),
        finite: input(finite),
      });
    },
  );
}
