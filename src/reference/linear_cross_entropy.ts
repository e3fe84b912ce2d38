import { type ClassLossOptions, classLoss, classLossBackward } from './class_loss.ts';
import { crossEntropyRow, crossEntropyRowGradient } from './cross_entropy.ts';
import { matmul } from './matmul.ts';
import { type Float64NdArray, type NdArray, shapeText, valuesOf } from './nd_array.ts';

/**
 * crossEntropy of the logits hidden · weightᵀ. (The reference stores all logits; the kernel never does.)
 *
 * @param hidden [N, D]
 * @param weight [V, D], one row per class; class weights are `options.weight`, [V]
 * @param targets indices [N] or probabilities [N, V]
 * @returns a scalar, or [N] with reduction 'none'
 * @throws RangeError for a label that is neither ignored nor in [0, V)
 */
export function linearCrossEntropy(
  hidden: NdArray,
  weight: NdArray,
  targets: NdArray,
  options: ClassLossOptions = {},
): Float64NdArray {
  const op = { name: 'linearCrossEntropy', input: 'logits' };
  const logits = logitsOf(op.name, hidden, weight);
  return classLoss(op, crossEntropyRow, logits, targets, { ...options, axis: 1 });
}

/**
 * linearCrossEntropy and its gradients. With dz the gradient of the logits, dHidden = dz · weight and
 * dWeight = dzᵀ · hidden.
 *
 * @returns the loss, dHidden [N, D] and dWeight [V, D]
 */
export function linearCrossEntropyWithGradient(
  hidden: NdArray,
  weight: NdArray,
  targets: NdArray,
  options: ClassLossOptions & { scale?: number } = {},
): { loss: Float64NdArray; dHidden: Float64NdArray; dWeight: Float64NdArray } {
  const op = { name: 'linearCrossEntropyWithGradient', input: 'logits' };
  const byRow = { ...options, axis: 1 };
  const logits = logitsOf(op.name, hidden, weight);
  const gradient = classLossBackward(op, crossEntropyRowGradient, logits, targets, byRow);
  const counted = withoutIdleRows(hidden, gradient);
  return {
    loss: classLoss(op, crossEntropyRow, logits, targets, byRow),
    dHidden: matmul(gradient, weight, {}),
    dWeight: matmul(gradient, counted, { transposeA: true }),
  };
}

function logitsOf(name: string, hidden: NdArray, weight: NdArray): Float64NdArray {
  if (hidden.shape.length !== 2 || weight.shape.length !== 2 || hidden.shape[1] !== weight.shape[1]) {
    const shapes = `hidden is ${shapeText(hidden.shape)} and weight ${shapeText(weight.shape)}`;
    throw new Error(`${name}: ${shapes}, expected [N, D] and [V, D]`);
  }
  return matmul(hidden, weight, { transposeB: true });
}

/** `hidden` with 0 in ignored rows, so that a NaN there does not reach dWeight as 0 · NaN. */
function withoutIdleRows(hidden: NdArray, gradient: Float64NdArray): NdArray {
  const values = valuesOf('linearCrossEntropyWithGradient', 'hidden', hidden);
  const width = hidden.shape[1]!;
  const classes = gradient.shape[1]!;
  const idle = Array.from({ length: hidden.shape[0]! }, (_, row) =>
    gradient.data.subarray(row * classes, (row + 1) * classes).every((d) => d === 0),
  );
  return { shape: hidden.shape, data: values.map((h, i) => (idle[Math.floor(i / width)] ? 0 : h)) };
}
