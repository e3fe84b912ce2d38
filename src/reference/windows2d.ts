import { type NdArray, shapeText } from './nd_array.ts';

type Pair = readonly [height: number, width: number];

/** Windows over planes. A number applies to both axes. */
export interface Pool2dOptions {
  size: number | Pair;
  /** @default size */
  stride?: number | Pair;
  /** Padding on each side of a plane. @default 0 */
  padding?: number | Pair;
}

/** Windows over the planes of [N, C, H, W], each given by its elements. */
export interface PlaneWindows {
  /** [N, C, OH, OW], one window per element. */
  shape: number[];
  /** The size of a window, padding included. */
  places: number;
  /** For each window, the array indices of its elements within the plane, in order. */
  elements: Int32Array[];
}

/** @throws RangeError if the rank is not 4, or if a window is larger than a padded plane */
export function planeWindows(op: string, shape: NdArray['shape'], options: Pool2dOptions): PlaneWindows {
  const size = pairOf(options.size);
  const stride = pairOf(options.stride ?? size);
  const padding = pairOf(options.padding ?? 0);
  const [n, channels, height, width] = shape as [number, number, number, number];
  const runsAlong = (axis: 0 | 1, length: number): number[][] => {
    const count = Math.floor((length + 2 * padding[axis] - size[axis]) / stride[axis]) + 1;
    if (shape.length !== 4 || !(count > 0)) throw new RangeError(`${op}: there are no windows in ${shapeText(shape)}`);
    return Array.from({ length: count }, (_, i) => runOf(i * stride[axis] - padding[axis], size[axis], length));
  };
  const [rows, columns] = [runsAlong(0, height), runsAlong(1, width)];
  const elements: Int32Array[] = [];
  for (let plane = 0; plane < n * channels; plane++)
    for (const ys of rows)
      for (const xs of columns)
        elements.push(Int32Array.from(ys.flatMap((y) => xs.map((x) => (plane * height + y) * width + x))));
  return { shape: [n, channels, rows.length, columns.length], places: size[0] * size[1], elements };
}

function pairOf(option: number | Pair): Pair {
  return typeof option === 'number' ? [option, option] : option;
}

/** Returns those of the `count` integers from `first` on that are in [0, length). */
function runOf(first: number, count: number, length: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i).filter((i) => i >= 0 && i < length);
}
