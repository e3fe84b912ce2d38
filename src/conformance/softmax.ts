import * as reference from '../reference/index.ts';
import {
  BACKWARD_RIGHT,
  backwardDraws,
  backwardGradient,
  DTYPES,
  normalizingDraws,
  ofRows,
  ROW_RIGHT,
} from './inputs/row_calls.ts';
import { axisIn, normalizingTrials, rowGradientTrials, rowSums } from './inputs/row_trials.ts';
import { PROBABILITY, STEP, TINY, VECTOR_SUM } from './suite/budgets.ts';
import type { HostTensor } from './suite/case.ts';
import { rowsIn } from './suite/data.ts';
import { relativeWithin, rowsSumToOne } from './suite/limits.ts';
import { dtypeOfResult, type OpSpec } from './suite/spec.ts';

export const softmax: OpSpec = {
  name: 'softmax',
  group: 'rows',
  tensors: ['x'],
  dtypes: DTYPES,
  budget: PROBABILITY,
  floors: () => ({ y: TINY }),
  // Halves cannot meet these bounds.
  limits: (inputs, options) => {
    if (dtypeOfResult(softmax, 'y', inputs, options) === 'f16') return {};
    const { shape } = inputs.x as HostTensor;
    return {
      y: [relativeWithin(2e-6, 1e-7), relativeWithin(1e-5, TINY), rowsSumToOne(rowsIn(shape, axisIn(options)))],
    };
  },
  trials: normalizingTrials,
  draws: normalizingDraws,
  right: { ...ROW_RIGHT, wrong: { ...ROW_RIGHT.wrong, emptyRow: ['one', 0], dtype: ['i32', 'f64', 32] } },
  gradient: {
    ...ofRows,
    steps: [(x, { call }) => call('softmax', x), (x, { call }) => call('softmax', x, { axis: 0 })],
  },
  special: { formula: 'softmax[x, 1, 0]', rest: [1, 0] },
};

export const softmaxBackward: OpSpec = {
  name: 'softmaxBackward',
  group: 'rows',
  tensors: ['y', 'dy'],
  result: 'dx',
  budget: STEP + VECTOR_SUM + 2 * STEP, // y·(dy - Σ y·dy): a product, its sum, a difference, a product
  // The terms of the difference, which may cancel.
  floors: ({ y, dy }, options) => {
    const [p, d] = [y as HostTensor, dy as HostTensor];
    const dots = rowSums(p.shape, axisIn(options), (i) => Math.abs(p.data[i]! * d.data[i]!));
    return {
      dx: Float64Array.from(p.data, (value, i) => Math.max(TINY, Math.abs(value) * (Math.abs(d.data[i]!) + dots(i)))),
    };
  },
  trials: (machine) => rowGradientTrials(reference.softmax, machine),
  draws: backwardDraws('unit'),
  right: BACKWARD_RIGHT,
  gradient: backwardGradient,
};
