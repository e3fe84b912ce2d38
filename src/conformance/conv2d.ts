import * as reference from '../reference/index.ts';
import { convolutionTrials } from './inputs/convolutions.ts';
import { finiteSizes } from './inputs/sizes.ts';
import { windowDraws } from './inputs/window_draws.ts';
import { VECTOR_SUM } from './suite/budgets.ts';
import type { HostTensor } from './suite/case.ts';
import { floats } from './suite/data.ts';
import { COLS, POSITIVE, ROWS } from './suite/gradient.ts';
import type { OpSpec, Right } from './suite/spec.ts';

type Shaped = reference.Conv2dOptions & { readonly shape: readonly number[] };

const ones = (shape: readonly number[]) => floats(shape, () => 1);
const OPTIONS = { stride: [1, 2], padding: 1 };
const WRONG: Right['wrong'] = {
  stride: [0, -1, 0.5, '1', [1, 0], Number.NaN],
  padding: [-1, 0.5, '0', [0], Number.POSITIVE_INFINITY],
};
const SHAPES = [[2, 4, 6], [1, 2, 4.5, 6], undefined, 4];
const IMAGE = [1, 2, 4, 6];
const WEIGHT = [3, 2, 2, 3];
const GRADIENT = [1, 3, 5, 3];

export const conv2d: OpSpec = {
  name: 'conv2d',
  group: 'windows',
  tensors: ['x', 'weight'],
  budget: VECTOR_SUM,
  // In ulps of the sum of the terms' magnitudes.
  floors: ({ x, weight }, options) => ({
    y: reference.conv2d(finiteSizes(x as HostTensor), finiteSizes(weight as HostTensor), options).data,
  }),
  trials: () => convolutionTrials(['x', 'weight']),
  draws: windowDraws(({ images, channels, outputs, plane, any, finite, windows: { size, stride, padding } }) => ({
    inputs: { x: any([images, channels, ...plane]), weight: finite([outputs, channels, ...size]) },
    options: { stride, padding },
  })),
  right: { inputs: { x: ones(IMAGE), weight: ones(WEIGHT) }, options: OPTIONS, wrong: WRONG },
  gradient: {
    trials: [{}, { stride: 2, padding: 1 }].map((options) => ({
      name: JSON.stringify(options),
      of: { x: { shape: [2, 2, 5, 4] }, weight: { shape: [3, 2, 3, 2], ...POSITIVE } },
      options,
    })),
    steps: [
      (x, { call, reshape, parameters }) => {
        const kernels = reshape(call('slice', parameters.weight, [0, 0], [3, 3]), [1, 1, 3, 3]);
        return reshape(call('conv2d', reshape(x, [1, 1, ROWS, COLS]), kernels, { padding: 1 }), [ROWS, COLS]);
      },
    ],
  },
};

export const conv2dInputBackward: OpSpec = {
  name: 'conv2dInputBackward',
  group: 'windows',
  tensors: ['dy', 'weight'],
  result: 'dx',
  budget: VECTOR_SUM,
  floors: ({ dy, weight }, options) => {
    const sizes = [finiteSizes(dy as HostTensor), finiteSizes(weight as HostTensor)] as const;
    return {
      dx: reference.conv2dInputBackward(...sizes, options as unknown as Shaped).data,
    };
  },
  trials: () => convolutionTrials(['dy', 'weight'], ({ x }) => x),
  draws: windowDraws(({ images, channels, outputs, plane, grid, any, finite, windows: { size, stride, padding } }) => ({
    inputs: { dy: any([images, outputs, ...grid]), weight: finite([outputs, channels, ...size]) },
    options: { stride, padding, shape: [images, channels, ...plane] },
  })),
  right: {
    inputs: { dy: ones(GRADIENT), weight: ones(WEIGHT) },
    options: { ...OPTIONS, shape: IMAGE },
    wrong: { ...WRONG, shape: [...SHAPES, [1, 3, 4, 6], [1, 2, 5, 6]] },
  },
  gradient: 'none',
};

export const conv2dWeightBackward: OpSpec = {
  name: 'conv2dWeightBackward',
  group: 'windows',
  tensors: ['x', 'dy'],
  result: 'dWeight',
  budget: VECTOR_SUM,
  floors: ({ x, dy }, options) => {
    const sizes = [finiteSizes(x as HostTensor), finiteSizes(dy as HostTensor)] as const;
    const all = options as unknown as Shaped;
    return { dWeight: reference.conv2dWeightBackward(...sizes, all).data };
  },
  trials: () => convolutionTrials(['x', 'dy'], ({ weight }) => weight),
  draws: windowDraws(({ images, channels, outputs, plane, grid, any, finite, windows: { size, stride, padding } }) => ({
    inputs: { x: any([images, channels, ...plane]), dy: finite([images, outputs, ...grid]) },
    options: { stride, padding, shape: [outputs, channels, ...size] },
  })),
  right: {
    inputs: { x: ones(IMAGE), dy: ones(GRADIENT) },
    options: { ...OPTIONS, shape: WEIGHT },
    wrong: { ...WRONG, shape: [...SHAPES, [3, 1, 2, 3], [3, 2, 3, 3], [4, 2, 2, 3]] },
  },
  gradient: 'none',
};
