import shader from '../../shaders/hardmax.wgsl';
import special from '../../shaders/math/special.wgsl';
import merge from '../../shaders/monoid/argmax.wgsl';
import block from '../../shaders/monoid/argmax_block.wgsl';
import subgroup from '../../shaders/monoid/argmax_subgroup.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { launchRowForward } from './row_ops.ts';

const KERNEL = { entry: 'hardmax', monoid: { merge, subgroup }, parts: [shader, special, block] };

/**
 * 1 where `argmax` points, 0 elsewhere: softmax with its temperature at 0.
 * @param x f32 or f16, any shape
 * @param options.axis default -1, the last
 */
export function hardmax(x: Tensor, options: { axis?: number } = {}): Tensor {
  return launchRowForward('hardmax', KERNEL, x, options);
}
