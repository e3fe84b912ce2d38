import { argmaxOf } from './argmax.ts';
import { round } from './arithmetic.ts';
import { type Float64NdArray, type NdArray, requireShape, sizeOf, valuesOf } from './nd_array.ts';
import { type Pool2dOptions, planeWindows } from './windows2d.ts';

/**
 * The largest element of each window; NaN where there is one. Padding is none.
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
 * The gradient of maxPool2d from that of its result: each window's goes to its largest element, the first NaN or the first
 * of equals.
 *
 * @param x what was pooled
 * @param dy what maxPool2d returned in shape
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

/** Where the largest of a window's elements stands. */
function largestOf(values: Float64Array, window: Int32Array): number {
  return window[argmaxOf(Float64Array.from(window, (element) => values[element]!))]!;
}
