import * as ops from '../../index.ts';
import { type Case, type CaseSpec, defineCase, type Limit } from '../suite/case.ts';
import { floats, rowsIn } from '../suite/data.ts';
import { FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { relativeWithin, rowsSumToOne } from '../suite/limits.ts';
import { OWN_PLAN } from '../suite/plans.ts';
import { type RowInput, SPECIAL_INPUTS } from './row_inputs.ts';

const EMPTY_ROWS = ['nan', 'zero', 'uniform'] as const;

interface Options {
  readonly emptyRow?: (typeof EMPTY_ROWS)[number];
  /** Of the result. @default that of the input */
  readonly dtype?: FloatType;
}

/** Subnormals may be flushed (WGSL, floating point evaluation): below this an error of 2^-126 is no more than 0.1 ulp. */
const TINY = 1e-30;
/** The bounds on probabilities; halves cannot keep them. */
const PROBABILITY_LIMITS = [relativeWithin(2e-6, 1e-7), relativeWithin(1e-5, TINY)];

type Common = Pick<CaseSpec, 'name' | 'quick' | 'plans' | 'dtype' | 'halves'>;

/** What a case has of its input. */
export function commonOf({ name, quick, plans, dtype }: RowInput, result?: string, to: FloatType = dtype): Common {
  const suffix = to === dtype ? '' : ` to ${to}`;
  return { name: `${name}${suffix}`, quick, plans, dtype, halves: result && to === 'f16' ? [result] : [] };
}

function softmax(input: RowInput, options: Options = {}): Case {
  const { x, axis, shape } = input;
  const limits: Limit[] = [...PROBABILITY_LIMITS, rowsSumToOne(rowsIn(shape, axis))];
  const common = commonOf(input, 'y', options.dtype);
  return defineCase({
    ...common,
    op: 'softmax',
    run: (upload) => ({ y: ops.softmax(upload(x()), { axis, ...options }) }),
    compute: (library) => ({ y: library.softmax(x(), { axis, ...options }) }),
    floors: () => ({ y: TINY }),
    limits: { y: common.halves?.length ? [] : limits },
  });
}

function logSoftmax(input: RowInput, options: Options = {}): Case {
  const { x, axis } = input;
  return defineCase({
    ...commonOf(input, 'y', options.dtype),
    op: 'logSoftmax',
    run: (upload) => ({ y: ops.logSoftmax(upload(x()), { axis, ...options }) }),
    compute: (library) => ({ y: library.logSoftmax(x(), { axis, ...options }) }),
    // The sum's relative error is log S's absolute one.
    floors: () => ({ y: 1 }),
  });
}

function logSumExp(input: RowInput): Case {
  const { x, axis } = input;
  return defineCase({
    ...commonOf(input, 'y'),
    op: 'logSumExp',
    run: (upload) => ({ y: ops.logSumExp(upload(x()), { axis }) }),
    compute: (library) => ({ y: library.logSumExp(x(), { axis }) }),
    // m + log S: each is known to its own ulp, and S's relative error is log S's absolute one; they may cancel.
    floors: ({ y }) => {
      const most = largest(input);
      return { y: (y as Float64Array).map((value, row) => 1 + Math.abs(value) + Math.abs(most[row] as number)) };
    },
  });
}

function largest({ x, shape, axis }: RowInput): Float64Array {
  const { rows, rowOf } = rowsIn(shape, axis);
  const most = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  x().data.forEach((value, i) => {
    most[rowOf(i)] = Math.max(most[rowOf(i)] as number, value);
  });
  return most;
}

function choices(input: RowInput): Case[] {
  const { x, axis } = input;
  const argmax = defineCase({
    ...commonOf(input),
    op: 'argmax',
    run: (upload) => ({ y: ops.argmax(upload(x()), { axis }) }),
    compute: (library) => ({ y: library.argmax(x(), { axis }) }),
  });
  const hardmax = defineCase({
    ...commonOf(input, 'y'),
    op: 'hardmax',
    run: (upload) => ({ y: ops.hardmax(upload(x()), { axis }) }),
    compute: (library) => ({ y: library.hardmax(x(), { axis }) }),
  });
  return [argmax, hardmax];
}

/** Results of another dtype than the input's. */
function mixed(input: RowInput): Case[] {
  const dtype = input.dtype === 'f32' ? 'f16' : 'f32';
  return [softmax(input, { dtype }), logSoftmax(input, { dtype })];
}

/**
 * Every `emptyRow` with every axis, dtype of the input and dtype of the result, over rows of which some are empty.
 */
function optionCases(): Case[] {
  return FLOAT_TYPES.flatMap((from) =>
    OPTION_AXES.flatMap(({ shape, axis }) =>
      FLOAT_TYPES.flatMap((dtype) =>
        EMPTY_ROWS.flatMap((emptyRow) => {
          const { rowOf } = rowsIn(shape, axis);
          const x = () =>
            floats(shape, (i) => (rowOf(i) % 3 === 1 ? Number.NEGATIVE_INFINITY : ((i * 5) % 17) / 4 - 2));
          const name = named(`${shape.join(' × ')} along ${axis}, empty rows ${emptyRow}`, from);
          const quick = axis === 1 && emptyRow === 'uniform' && from !== dtype;
          const input: RowInput = {
            ...{ name, shape, axis, dtype: from, plans: OWN_PLAN, quick, ordinary: true, soft: false },
            x: () => (from === 'f16' ? { ...x(), dtype: 'f16' } : x()),
          };
          return [softmax(input, { emptyRow, dtype }), logSoftmax(input, { emptyRow, dtype })];
        }),
      ),
    ),
  );
}

/** Five entries a row, whichever axis rows lie along: so the teams are few. */
export const OPTION_AXES = [
  { shape: [5, 7, 3], axis: 0 },
  { shape: [7, 5, 3], axis: 1 },
  { shape: [7, 3, 5], axis: 2 },
] as const;

/** Softmax, log-softmax, log-sum-exp, arg max and hard max of rows. */
export function rowCases(inputs: readonly RowInput[], mixedInputs: readonly RowInput[]): Case[] {
  return [
    ...inputs.flatMap((input) => [softmax(input), logSoftmax(input), logSumExp(input), ...choices(input)]),
    ...mixedInputs.flatMap(mixed),
    ...SPECIAL_INPUTS.flatMap((input) => [
      softmax(input),
      logSoftmax(input),
      logSumExp(input),
      ...choices(input),
      ...mixed({ ...input, quick: false, plans: OWN_PLAN }),
      ...(['zero', 'uniform'] as const).flatMap((emptyRow) => {
        const row = { ...input, name: `${input.name}, empty rows ${emptyRow}`, quick: false, plans: OWN_PLAN };
        return [softmax(row, { emptyRow }), logSoftmax(row, { emptyRow })];
      }),
    ]),
    ...optionCases(),
  ];
}
