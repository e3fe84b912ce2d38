import { describe, expect, test } from 'vitest';
import { useBackend } from '../support.ts';
import type { Call, Input } from './call.ts';
import { complaintOf } from './complaint.ts';

const backend = useBackend();

const own = { machine: { plan: 'default' }, options: {} } as const;
const f32 = (shape: readonly number[], values: Input['values']): Input => ({
  shape,
  dtype: 'f32',
  layout: 'own',
  values,
});

/** Calls that the fuzz test has found, shrunk, by what was wrong. */
const FOUND: Readonly<Record<string, readonly Call[]>> = {
  'empty rows: sync rejected because one buffer was bound for reading and writing': [
    { ...own, op: 'softmax', inputs: { x: f32([5, 0], []) } },
    { ...own, op: 'hardmax', inputs: { x: f32([5, 0], []) } },
    { ...own, op: 'logSoftmaxBackward', inputs: { y: f32([5, 0], []), dy: f32([5, 0], []) } },
  ],
  'the gradient of an empty mean was not 0 in a row with NaN': [
    {
      op: 'crossEntropyWithGradient',
      machine: { plan: 'default' },
      inputs: {
        x: f32([1, 2], [Number.NaN, 1]),
        targets: { shape: [1], dtype: 'u32', layout: 'own', values: [0] },
        weight: f32([2], [0, 0]),
      },
      options: { labelSmoothing: 1 },
    },
  ],
  'the mean of a channel was inaccurate where its largest value is far above it, reduced by a subgroup': [
    {
      op: 'batchNormTrain',
      machine: { plan: 'subgroup' },
      inputs: {
        x: f32([5, 8], { kind: 'normal', seed: 4, planted: [] }),
        gamma: f32([8], { kind: 'spike', seed: 9, planted: [] }),
        beta: f32([8], { kind: 'normal', seed: 999998, planted: [] }),
        runningMean: f32([8], {
          kind: 'normal',
          seed: 802290,
          planted: [
            [557, -0],
            [81, 1e-30],
          ],
        }),
        other: f32([9, 8], { kind: 'spike', seed: 11, planted: [] }),
      },
      options: { epsilon: 0.00001, runningVarianceKind: 'biased' },
    },
  ],
  'an infinite gradient of a convolution reached pixels outside every window': [
    {
      op: 'conv2dInputBackward',
      machine: { plan: 'default' },
      inputs: { dy: f32([1, 1, 1, 2], [Number.NEGATIVE_INFINITY, 1]), weight: f32([1, 1, 1, 1], [1]) },
      options: { stride: [1, 3], shape: [1, 1, 1, 5] },
    },
  ],
  'an infinite gradient became NaN where a slope underflows': ['tanh', 'sigmoid', 'softplus', 'logSigmoid'].map(
    (op) => ({
      op: `${op}Backward`,
      machine: { plan: 'default' },
      inputs: {
        x: f32([6], [-300, 300, -800, 800, 1, Number.POSITIVE_INFINITY]),
        dy: f32(
          [6],
          [
            Number.POSITIVE_INFINITY,
            Number.NEGATIVE_INFINITY,
            Number.POSITIVE_INFINITY,
            Number.POSITIVE_INFINITY,
            Number.NEGATIVE_INFINITY,
            Number.POSITIVE_INFINITY,
          ],
        ),
      },
      options: {},
    }),
  ),
};

describe('faults that the fuzz test has found stay fixed', () => {
  for (const [name, calls] of Object.entries(FOUND)) {
    test(name, async () => {
      for (const call of calls) {
        expect(await complaintOf(backend(), call)).toBeUndefined();
        await backend().sync();
      }
    });
  }
});
