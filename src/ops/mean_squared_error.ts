import elements from '../../shaders/math/elements.wgsl';
import special from '../../shaders/math/special.wgsl';
import shader from '../../shaders/mean_squared_error.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { read, write } from '../kernels/bind.ts';
import { launchElements } from '../kernels/elements.ts';
import { checkFloat, checkShape, checkTensors } from './check.ts';
import { checkReduction, type Reduction, reduceLosses } from './reduction.ts';

const KERNEL = { entry: 'mean_squared_error', parts: [shader, special, elements] };

/**
 * The squared error `(prediction - target)²` per element. The mean is over all elements, NaN if there are none.
 * @param prediction f32 or f16, any shape
 * @param target f32 or f16, with the same shape
 * @param options.reduction 'mean', 'sum' or 'none'. Default 'mean'
 * @returns a new f32 tensor: a scalar, or the prediction's shape with reduction 'none'
 * @throws ShapeError for unequal shapes; GradfoldError for another dtype or reduction
 */
export function meanSquaredError(prediction: Tensor, target: Tensor, options: { reduction?: Reduction } = {}): Tensor {
  const op = 'meanSquaredError';
  checkTensors(op, { prediction, target });
  checkFloat(op, 'prediction', prediction);
  checkFloat(op, 'target', target);
  checkShape(op, 'target', target.shape, prediction.shape, 'prediction');
  const reduction = checkReduction(op, options.reduction);
  const losses = prediction.backend.empty(prediction.shape, 'f32');
  const bind = { x: read(prediction), t: read(target), losses: write(losses) };
  launchElements(prediction.backend.runtime, { op, kernel: KERNEL, size: losses.size, bind });
  const y = reduceLosses(op, losses, reduction, { divisor: reduction === 'mean' ? losses.size : 1 });
  const inputs = { prediction, target };
  return record(op, inputs, y, {
    keeps: inputs,
    back: (dLoss, { prediction, target }, { wants, multiply, negate, subtract, inF32, scalarLike }) => {
      const factor = reduction === 'mean' ? 2 / Math.max(prediction.size, 1) : 2;
      const difference = subtract(inF32(prediction), inF32(target));
      const slope = multiply(difference, multiply(dLoss, scalarLike(dLoss, factor)));
      return { prediction: slope, target: wants('target') ? negate(slope) : undefined };
    },
  });
}
