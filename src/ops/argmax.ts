import argmaxShader from '../../shaders/argmax.wgsl';
import special from '../../shaders/math/special.wgsl';
import merge from '../../shaders/monoid/argmax.wgsl';
import block from '../../shaders/monoid/argmax_block.wgsl';
import subgroup from '../../shaders/monoid/argmax_subgroup.wgsl';
import { show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { checkTensors, rowsAlong } from './check.ts';
import { launchRowReduction } from './row_ops.ts';

const KERNEL = { entry: 'argmax', monoid: { merge, subgroup }, parts: [argmaxShader, special, block] };

/**
 * The index of the largest element along an axis: the first NaN if there is one, else the first of equal elements.
 * @param x f32 or f16, any shape with at least one element along the axis
 * @param options.axis counted from the end if negative. Default -1, the last
 * @param options.keepDims whether to keep the axis with length 1. Default false
 * @returns a new u32 tensor with the shape of `x` without the axis
 * @throws ShapeError for an axis that does not exist or is empty
 */
export function argmax(x: Tensor, options: { axis?: number; keepDims?: boolean } = {}): Tensor {
  checkTensors('argmax', { x });
  checkNotEmpty('argmax', x, options.axis);
  const y = launchRowReduction('argmax', KERNEL, x, options, 'u32');
  const last = rowsAlong('argmax', x, options.axis).rows.cols - 1;
  // The indices are in range by construction, so ops that take them as labels need not check them.
  y.storage.hostRange = { min: 0, max: last, minIndex: 0, maxIndex: 0, exact: false };
  return y;
}

function checkNotEmpty(op: string, x: Tensor, axis: number | undefined): void {
  if (rowsAlong(op, x, axis).rows.cols === 0)
    throw new ShapeError(`${op}: x is ${show(x.shape)}, expected at least one element along the axis`);
}
