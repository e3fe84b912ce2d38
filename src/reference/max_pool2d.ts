import { argmaxOf } from './argmax.ts';
import { round } from './arithmetic.ts';
import { type Float64NdArray, type NdArray, requireShape, sizeOf, valuesOf } from './nd_array.ts';
import { type Pool2dOptions, planeWindows } from './windows2d.ts';

/**
 * Returns the largest element of each window; NaN if any element is NaN. Padding never counts.
 *
 * @param x [N, C, H, W]
 * @returns [N, C, OH, OW]
 */
export function maxPool2d(x: NdArray, options: Pool2dOptions): Float64NdArray {
  const { shape, elements } = planeWindows('maxPool2d', x.shape, options);
  const values = valuesOf('maxPool2d', 'x', x);
  return { shape, data: Float64Array.from(elements, (window) => values[largestOf(values, window)]!) };
}

/**
 * Returns the gradient of maxPool2d with respect to x. The gradient of each window goes to its largest element: the
 * first NaN, or else the first of the largest.
 *
 * @param x the input of maxPool2d
 * @param dy the gradient of the result, in its shape
 */
export function maxPool2dBackward(x: NdArray, dy: NdArray, options: Pool2dOptions): Float64NdArray {
  const { shape, elements } = planeWindows('maxPool2dBackward', x.shape, options);
  requireShape('maxPool2dBackward', 'dy', dy, shape);
  const values = valuesOf('maxPool2dBackward', 'x', x);
  const slopes = valuesOf('maxPool2dBackward', 'dy', dy);
  const data = new Float64Array(sizeOf(x.shape));
  elements.forEach((window, i) => {
    const element = largestOf(values, window);
    data[element] = round(data[element]! + slopes[i]!);
  });
  return { shape: [...x.shape], data };
}

/** Returns the index of a window's largest element. */
function largestOf(values: Float64Array, window: Int32Array): number {
  return window[argmaxOf(Float64Array.from(window, (element) => values[element]!))]!;
}
