import * as reference from '../reference/index.ts';
import { around, GRID, ones, PLANE, POOL_RIGHT } from './inputs/pool_calls.ts';
import { poolingTrials } from './inputs/poolings.ts';
import { finiteSizes } from './inputs/sizes.ts';
import { windowDraws } from './inputs/window_draws.ts';
import { STEP } from './suite/budgets.ts';
import type { HostTensor } from './suite/case.ts';
import type { OpSpec } from './suite/spec.ts';

const PLANES = { x: { shape: [2, 2, 5, 6] } };

export const maxPool2d: OpSpec = {
  name: 'maxPool2d',
  group: 'windows',
  tensors: ['x'],
  budget: 0,
  trials: () => poolingTrials(['x']),
  draws: windowDraws(({ images, channels, plane, any, windows }) => ({
    inputs: { x: any([images, channels, ...plane]) },
    options: { ...windows },
  })),
  right: POOL_RIGHT,
  gradient: {
    trials: [
      { of: PLANES, options: { size: 2 } },
      { name: 'overlapping and padded', of: PLANES, options: { size: 3, stride: 2, padding: 1 } },
    ],
    steps: [around('maxPool2d')],
  },
};

export const maxPool2dBackward: OpSpec = {
  name: 'maxPool2dBackward',
  group: 'windows',
  tensors: ['x', 'dy'],
  budget: STEP, // the sums of each row of windows are added
  // Σ|dy|
  floors: ({ x, dy }, options) => ({
    y: reference.maxPool2dBackward(
      x as HostTensor,
      finiteSizes(dy as HostTensor),
      options as unknown as reference.Pool2dOptions,
    ).data,
  }),
  trials: () => poolingTrials(['x', 'dy']),
  draws: windowDraws(({ images, channels, plane, grid, any, finite, windows }) => ({
    inputs: { x: any([images, channels, ...plane]), dy: finite([images, channels, ...grid]) },
    options: { ...windows },
  })),
  right: { ...POOL_RIGHT, inputs: { x: ones(PLANE), dy: ones(GRID) }, options: { size: 2, padding: 1 } },
  gradient: 'none',
};
