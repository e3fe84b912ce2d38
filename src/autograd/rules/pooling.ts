import { type AveragePool2dOptions, averagePool2d, averagePool2dBackward } from '../../ops/average_pool2d.ts';
import { maxPool2dBackward } from '../../ops/max_pool2d.ts';
import type { Pool2dOptions } from '../../ops/pool_launch.ts';
import { nothing, ofOne, type Rule } from './rule.ts';

/** A maximum's gradient goes where it was; an average is linear, and so is its way back. */
export const POOLING: Readonly<Record<string, Rule>> = {
  maxPool2d: ofOne(
    ({ x }) => ({ x }),
    (dy, { x }, { options }) => ({ x: maxPool2dBackward(x, dy, options as unknown as Pool2dOptions) }),
  ),
  averagePool2d: ofOne(nothing, (dy, _, { inputs: { x }, options }) => ({
    x: averagePool2dBackward(dy, { ...(options as unknown as AveragePool2dOptions), shape: x.shape }),
  })),
  averagePool2dBackward: ofOne(nothing, (ddx, _, { options }) => ({
    dy: averagePool2d(ddx, options as unknown as AveragePool2dOptions),
  })),
};
