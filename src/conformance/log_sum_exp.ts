import { foldingDraws, ofRows, ROW_RIGHT } from './inputs/row_calls.ts';
import { axisIn, rowTrials } from './inputs/row_trials.ts';
import { SURPRISE } from './suite/budgets.ts';
import type { HostTensor, Options } from './suite/case.ts';
import { rowsIn } from './suite/data.ts';
import type { OpSpec } from './suite/spec.ts';

export const logSumExp: OpSpec = {
  name: 'logSumExp',
  group: 'rows',
  tensors: ['x'],
  budget: SURPRISE,
  // m + log S: each has its own error, and they may cancel. The relative error of S is the absolute error of log S.
  floors: ({ x }, options, { y }) => {
    const most = largest(x as HostTensor, options);
    return { y: (y as Float64Array).map((value, row) => 1 + Math.abs(value) + most[row]!) };
  },
  trials: rowTrials,
  draws: foldingDraws({ keepDims: true }),
  right: ROW_RIGHT,
  gradient: {
    ...ofRows,
    steps: [(x, { call }) => call('subtract', x, call('logSumExp', x, { axis: 1, keepDims: true }))],
  },
  special: { formula: 'logSumExp[x, 1, 0]', rest: [1, 0] },
};

/** The magnitude of each row's largest element; 0 if it is non-finite. */
function largest({ data, shape }: HostTensor, options: Options): Float64Array {
  const { rows, rowOf } = rowsIn(shape, axisIn(options));
  const most = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  data.forEach((value, i) => {
    most[rowOf(i)] = Math.max(most[rowOf(i)]!, value);
  });
  return most.map((value) => (Number.isFinite(value) ? Math.abs(value) : 0));
}
