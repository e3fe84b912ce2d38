import * as reference from '../reference/index.ts';
import { around, GRID, ones, PLANE, POOL_RIGHT } from './inputs/pool_calls.ts';
import { COUNTINGS, poolingTrials } from './inputs/poolings.ts';
import { finiteSizes } from './inputs/sizes.ts';
import { windowDraws } from './inputs/window_draws.ts';
import { DIVISION, STEP } from './suite/budgets.ts';
import type { HostTensor, Options } from './suite/case.ts';
import type { OpSpec } from './suite/spec.ts';

const PLANES = { x: { shape: [2, 2, 5, 6] } };

/** Means of magnitudes. */
const meansOf = ({ x }: Readonly<Record<string, HostTensor>>, options: Options) =>
  reference.averagePool2d(finiteSizes(x as HostTensor), options as unknown as reference.AveragePool2dOptions).data;
const gradientsOf = ({ dy }: Readonly<Record<string, HostTensor>>, options: Options) =>
  reference.averagePool2dBackward(
    finiteSizes(dy as HostTensor),
    options as unknown as reference.AveragePool2dOptions & { shape: number[] },
  ).data;
/** The intermediate sum, before it is divided by the size of the window. */
const sumsOf = (means: Float64Array, { size }: Options) => {
  const [height, width] = Array.isArray(size) ? size : [size, size];
  return means.map((mean) => mean * height * width);
};

export const averagePool2d: OpSpec = {
  name: 'averagePool2d',
  group: 'windows',
  tensors: ['x'],
  budget: STEP + DIVISION,
  // The mean of |x|.
  floors: (inputs, options) => ({ y: meansOf(inputs, options) }),
  peaks: (inputs, options) => ({ y: sumsOf(meansOf(inputs, options), options) }),
  trials: () => poolingTrials(['x'], COUNTINGS),
  draws: windowDraws(({ images, channels, plane, any, windows, countPadding }) => ({
    inputs: { x: any([images, channels, ...plane]) },
    options: { ...windows, countPadding },
  })),
  right: { ...POOL_RIGHT, wrong: { ...POOL_RIGHT.wrong, countPadding: [1, 'no'] } },
  gradient: {
    trials: [true, false].map((countPadding) => ({
      name: `overlapping and padded, ${countPadding ? 'all' : 'elements'} counted`,
      of: PLANES,
      options: { size: [3, 2], stride: [2, 1], padding: 1, countPadding },
    })),
    steps: [around('averagePool2d')],
  },
};

export const averagePool2dBackward: OpSpec = {
  name: 'averagePool2dBackward',
  group: 'windows',
  tensors: ['dy'],
  budget: DIVISION + STEP,
  floors: (inputs, options) => ({ y: gradientsOf(inputs, options) }),
  peaks: (inputs, options) => ({ y: sumsOf(gradientsOf(inputs, options), options) }),
  trials: () => poolingTrials(['dy'], COUNTINGS),
  draws: windowDraws(({ images, channels, plane, grid, any, windows, countPadding }) => ({
    inputs: { dy: any([images, channels, ...grid]) },
    options: { ...windows, countPadding, shape: [images, channels, ...plane] },
  })),
  right: {
    inputs: { dy: ones(GRID) },
    options: { shape: PLANE, size: 2, padding: 1 },
    wrong: {
      ...POOL_RIGHT.wrong,
      countPadding: [1, 'no'],
      shape: [[2, 4, 6], [1, 2, 4, 8], [1, 2, 4.5, 6], undefined, 4],
    },
  },
  gradient: {
    trials: [
      {
        of: { dy: PLANES.x },
        options: { shape: [2, 2, 9, 7], size: [3, 2], stride: [2, 1], padding: [1, 0] },
      },
    ],
  },
};
