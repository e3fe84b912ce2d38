import shader from '../../shaders/hardmax.wgsl';
import special from '../../shaders/math/special.wgsl';
import merge from '../../shaders/monoid/argmax.wgsl';
import block from '../../shaders/monoid/argmax_block.wgsl';
import subgroup from '../../shaders/monoid/argmax_subgroup.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { launchRowForward } from './row_ops.ts';

const KERNEL = { entry: 'hardmax', monoid: { merge, subgroup }, parts: [shader, special, block] };

/**
 * 1 at the index that `argmax` returns and 0 elsewhere: softmax at temperature 0.
 * @param x f32 or f16, any shape
 * @param options.axis counted from the end if negative. Default -1, the last
 * @returns a new tensor with the shape and dtype of `x`
 * @throws ShapeError for an axis that does not exist
 */
export function hardmax(x: Tensor, options: { axis?: number } = {}): Tensor {
  return launchRowForward('hardmax', KERNEL, x, options);
}
