import equal from '../../shaders/elementwise/equal.wgsl';
import keysF32 from '../../shaders/key/f32.wgsl';
import keysI32 from '../../shaders/key/i32.wgsl';
import keysU32 from '../../shaders/key/u32.wgsl';
import maxForward from '../../shaders/max_forward.wgsl';
import maxMerge from '../../shaders/monoid/max.wgsl';
import maxBlock from '../../shaders/monoid/max_block.wgsl';
import maxSubgroup from '../../shaders/monoid/max_subgroup.wgsl';
import { show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import type { Part } from '../runtime/link.ts';
import { checkTensors } from './check.ts';
import { divide } from './divide.ts';
import { binaryOf, compared, FLOATS } from './elementwise.ts';
import { type ReduceOptions, type ReductionKernel, reduce } from './reduce.ts';

const maxOf = (keys: Part, isFloats: boolean): ReductionKernel => ({
  entry: 'max_forward',
  monoid: { merge: maxMerge, subgroup: maxSubgroup },
  parts: [maxForward, maxBlock, keys],
  constants: { IS_FLOAT: isFloats },
});
const MAX_OF_FLOATS = maxOf(keysF32, true);
const MAX = { f32: MAX_OF_FLOATS, f16: MAX_OF_FLOATS, i32: maxOf(keysI32, false), u32: maxOf(keysU32, false) };

const EQUAL = binaryOf(equal, ...FLOATS);

/**
 * The largest element along axes. NaN if any element is NaN.
 *
 * @param x f32, f16, i32 or u32, any shape
 * @returns a new tensor with the dtype of `x` and its shape without the reduced axes
 * @throws ShapeError if the reduced axes have no elements, and for an axis that does not exist or appears twice
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkTensors('max', { x });
  const y = reduce('max', x, options, (count, values) => {
    if (count === 0 && values > 0) {
      throw new ShapeError(`max: x is ${show(x.shape)}, expected at least one element along the reduced axes`);
    }
    return { kernel: MAX[x.dtype] };
  });
  // Equal largest elements share the gradient evenly.
  return record('max', { x }, y, {
    keeps: { x, y },
    back: (dy, { x, y }, { inF32, sum, where, unreduced, scalarLike }) => {
      const kept = (reduced: Tensor) => unreduced(reduced, x.shape, options.axis);
      const largest = compared('max', EQUAL, x, kept(y));
      const wide = inF32(kept(dy));
      const ties = sum(where(largest, scalarLike(wide, 1), scalarLike(wide, 0)), { ...options, keepDims: true });
      const share = divide(wide, ties);
      return { x: where(largest, share.dtype === dy.dtype ? share : share.cast(dy.dtype), scalarLike(dy, 0)) };
    },
  });
}
