import { round, sumOf } from './arithmetic.ts';
import { type Float64NdArray, type NdArray, requireShape, sizeOf, valuesOf } from './nd_array.ts';
import { type PlaneWindows, type Pool2dOptions, planeWindows } from './windows2d.ts';

export interface AveragePool2dOptions extends Pool2dOptions {
  /**
   * Divide by the size of the window, padding included. Otherwise divide by the number of its elements. @default true
   */
  countPadding?: boolean;
}

/**
 * Returns the mean of each window.
 *
 * @param x [N, C, H, W]
 * @returns [N, C, OH, OW]
 */
export function averagePool2d(x: NdArray, options: AveragePool2dOptions): Float64NdArray {
  const windows = planeWindows('averagePool2d', x.shape, options);
  const values = valuesOf('averagePool2d', 'x', x);
  const data = Float64Array.from(windows.elements, (window) => {
    const sum = sumOf(Float64Array.from(window, (element) => values[element]!));
    return round(sum / countOf(windows, window, options));
  });
  return { shape: windows.shape, data };
}

/**
 * Returns the gradient of averagePool2d with respect to x.
 *
 * @param dy the gradient of the result, in its shape
 * @param options.shape the shape of x
 */
export function averagePool2dBackward(
  dy: NdArray,
  options: AveragePool2dOptions & { shape: readonly number[] },
): Float64NdArray {
  const { shape } = options;
  const windows = planeWindows('averagePool2dBackward', shape, options);
  requireShape('averagePool2dBackward', 'dy', dy, windows.shape);
  const slopes = valuesOf('averagePool2dBackward', 'dy', dy);
  const data = new Float64Array(sizeOf(shape));
  windows.elements.forEach((window, i) => {
    const share = round(slopes[i]! / countOf(windows, window, options));
    for (const element of window) data[element] = round(data[element]! + share);
  });
  return { shape: [...shape], data };
}

/** Returns the divisor of a window's sum. */
function countOf({ places }: PlaneWindows, window: Int32Array, { countPadding = true }: AveragePool2dOptions): number {
  return countPadding ? places : window.length;
}
