import { round } from './arithmetic.ts';
import { type Float64NdArray, type NdArray, requireShape, valuesOf } from './nd_array.ts';
import { type Reduction, reduceLosses } from './reduction.ts';

/**
 * (prediction - target)²; the mean is over all elements, and NaN if there are none.
 *
 * @param prediction any shape
 * @param target the same shape
 * @param options.reduction 'mean' by default
 * @returns a scalar, or with reduction 'none' the prediction's shape
 */
export function meanSquaredError(
  prediction: NdArray,
  target: NdArray,
  options: { reduction?: Reduction } = {},
): Float64NdArray {
  const op = 'meanSquaredError';
  requireShape(op, 'target', target, prediction.shape, 'prediction');
  const t = valuesOf(op, 'target', target);
  const data = valuesOf(op, 'prediction', prediction).map((y, i) => {
    const error = round(y - t[i]!);
    return round(error * error);
  });
  const losses = { shape: [...prediction.shape], data };
  return reduceLosses(losses, options.reduction ?? 'mean', data.length, 'nan');
}
