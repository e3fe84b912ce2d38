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
 * The index of the largest element along an axis: of the first NaN if there is one, else of the first of equals.
 * @param x f32 or f16, any shape whose axis is not empty
 * @param options.axis default -1, the last
 * @param options.keepDims keep the axis with length 1. Default false
 * @returns u32
 */
export function argmax(x: Tensor, options: { axis?: number; keepDims?: boolean } = {}): Tensor {
  checkTensors('argmax', { x });
  checkNotEmpty('argmax', x, options.axis);
  const y = launchRowReduction('argmax', KERNEL, x, options, 'u32');
  const last = rowsAlong('argmax', x, options.axis).rows.cols - 1;
  // Classes by construction: what takes them as labels need not check them again.
  y.storage.hostRange = { min: 0, max: last, minIndex: 0, maxIndex: 0, exact: false };
  return y;
}

function checkNotEmpty(op: string, x: Tensor, axis: number | undefined): void {
  if (rowsAlong(op, x, axis).rows.cols === 0)
    throw new ShapeError(`${op}: x is ${show(x.shape)}, expected at least one element along the axis`);
}
