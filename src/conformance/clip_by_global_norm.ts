import * as ops from '../index.ts';
import { clippingTrials, gradientDraws } from './inputs/trainings.ts';
import { CLIPPED, NORM } from './suite/budgets.ts';
import type { OpSpec } from './suite/spec.ts';

export const clipByGlobalNorm: OpSpec = {
  name: 'clipByGlobalNorm',
  group: 'optimizers',
  tensors: [],
  run: (inputs, { maxNorm }) => {
    const { norm, gradients } = ops.clipByGlobalNorm(inputs, maxNorm as number);
    return { norm, ...gradients };
  },
  compute: (library, inputs, { maxNorm }) => {
    const { norm, gradients } = library.clipByGlobalNorm(Object.values(inputs), maxNorm as number);
    const clipped = Object.keys(inputs).map((name, i) => [name, gradients[i]!]);
    return { norm: { shape: [], data: [norm] }, ...Object.fromEntries(clipped) };
  },
  budget: { norm: NORM, weight: CLIPPED, bias: CLIPPED, scale: CLIPPED },
  trials: clippingTrials,
  draws: gradientDraws,
  gradient: 'none',
};
