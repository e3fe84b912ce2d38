import * as ops from '../../../index.ts';
import { type Case, type CaseSpec, defineCase } from '../case.ts';
import { relativeWithin, rowsSumToOne } from '../limits.ts';
import { QUICK_PLANS } from '../plans.ts';
import { type RowInput, SPECIAL_COLS, specialRows } from './row_inputs.ts';

type Input = Pick<CaseSpec, 'name'> &
  Partial<CaseSpec> & { cols: number; x: () => { shape: readonly number[]; data: Float32Array<ArrayBuffer> } };
type EmptyRow = 'nan' | 'zero' | 'uniform';

/** Subnormals may be flushed (WGSL, floating point evaluation): below this an error of 2^-126 is no more than 0.1 ulp. */
const TINY = 1e-30;
/** The bounds on probabilities. */
const PROBABILITY_LIMITS = [relativeWithin(2e-6, 1e-7), relativeWithin(1e-5, TINY)];

function softmax({ x, cols, ...rest }: Input, emptyRow: EmptyRow): Case {
  return defineCase({
    ...rest,
    op: 'softmax',
    run: (upload) => ({ y: ops.softmax(upload(x()), { emptyRow }) }),
    compute: (library) => ({ y: library.softmax(x(), { emptyRow }) }),
    floors: () => ({ y: TINY }),
    limits: { y: [...PROBABILITY_LIMITS, rowsSumToOne(cols)] },
  });
}

function logSoftmax({ x, cols: _, ...rest }: Input, emptyRow: EmptyRow): Case {
  return defineCase({
    ...rest,
    op: 'logSoftmax',
    run: (upload) => ({ y: ops.logSoftmax(upload(x()), { emptyRow }) }),
    compute: (library) => ({ y: library.logSoftmax(x(), { emptyRow }) }),
    // The sum's relative error is log S's absolute one.
    floors: () => ({ y: 1 }),
  });
}

function logSumExp({ x, cols, ...rest }: Input): Case {
  return defineCase({
    ...rest,
    op: 'logSumExp',
    run: (upload) => ({ y: ops.logSumExp(upload(x())) }),
    compute: (library) => ({ y: library.logSumExp(x()) }),
    // m + log S: each is known to its own ulp, and S's relative error is log S's absolute one; they may cancel.
    floors: ({ y }) => ({
      y: (y as Float64Array).map((value, row) => 1 + Math.abs(value) + Math.abs(largest(x().data, row, cols))),
    }),
  });
}

function largest(data: Float32Array, row: number, cols: number): number {
  return data
    .subarray(row * cols, (row + 1) * cols)
    .reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

function choices({ x, cols: _, ...rest }: Input): Case[] {
  const argmax = defineCase({
    ...rest,
    op: 'argmax',
    run: (upload) => ({ y: ops.argmax(upload(x())) }),
    compute: (library) => ({ y: library.argmax(x()) }),
  });
  const hardmax = defineCase({
    ...rest,
    op: 'hardmax',
    run: (upload) => ({ y: ops.hardmax(upload(x())) }),
    compute: (library) => ({ y: library.hardmax(x()) }),
  });
  return [argmax, hardmax];
}

/** Softmax, log-softmax, log-sum-exp, arg max and hard max of rows. */
export function rowCases(inputs: readonly RowInput[]): Case[] {
  const cases = inputs.flatMap(({ shape, ...input }) => {
    const row = { ...input, cols: shape[1] };
    return [softmax(row, 'nan'), logSoftmax(row, 'nan'), logSumExp(row), ...choices(row)];
  });
  const special = (emptyRow: EmptyRow) => ({
    name: `special values, empty rows ${emptyRow}`,
    quick: emptyRow === 'uniform' && QUICK_PLANS,
    x: specialRows,
    cols: SPECIAL_COLS,
  });
  for (const emptyRow of ['nan', 'zero', 'uniform'] as const) {
    cases.push(softmax(special(emptyRow), emptyRow), logSoftmax(special(emptyRow), emptyRow));
  }
  cases.push(logSumExp(special('uniform')), ...choices(special('uniform')));
  return cases;
}
