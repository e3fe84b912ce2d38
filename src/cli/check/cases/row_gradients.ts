import * as ops from '../../../index.ts';
import * as reference from '../../../reference/index.ts';
import { type Case, type CaseSpec, defineCase, once } from '../case.ts';
import { type Floats, floats, map, normal } from '../data.ts';
import { QUICK_PLANS } from '../plans.ts';
import { type RowInput, SPECIAL_COLS, SPECIAL_ROWS, specialRows } from './row_inputs.ts';

interface Pair {
  /** What the forward op gave, as f32 stores it. */
  readonly y: Floats;
  readonly dy: Floats;
}

const stored = ({ shape, data }: { shape: readonly number[]; data: Float64Array }) =>
  floats(shape, (i) => data[i] as number);

/** Σ over the row that element i is in. */
function rowSums({ shape, data }: Floats, term: (i: number) => number): (i: number) => number {
  const cols = shape.at(-1) as number;
  const sums = new Float64Array(data.length / cols);
  for (let i = 0; i < data.length; i++) sums[Math.floor(i / cols)]! += term(i);
  return (i) => sums[Math.floor(i / cols)] as number;
}

function softmaxBackward(rest: Pick<CaseSpec, 'name' | 'quick' | 'plans'>, pair: () => Pair): Case {
  return defineCase({
    ...rest,
    op: 'softmaxBackward',
    run: (upload) => ({ dx: ops.softmaxBackward(upload(pair().y), upload(pair().dy)) }),
    compute: (library) => ({ dx: library.softmaxBackward(pair().y, pair().dy) }),
    // dx = y·(dy - Σ y·dy): the terms of the difference, which may cancel.
    floors: () => {
      const { y, dy } = pair();
      const dots = rowSums(y, (i) => Math.abs(y.data[i]! * dy.data[i]!));
      return {
        dx: Float64Array.from(y.data, (p, i) => Math.max(1e-30, Math.abs(p) * (Math.abs(dy.data[i]!) + dots(i)))),
      };
    },
  });
}

function logSoftmaxBackward(rest: Pick<CaseSpec, 'name' | 'quick' | 'plans'>, pair: () => Pair): Case {
  return defineCase({
    ...rest,
    op: 'logSoftmaxBackward',
    run: (upload) => ({ dx: ops.logSoftmaxBackward(upload(pair().y), upload(pair().dy)) }),
    compute: (library) => ({ dx: library.logSoftmaxBackward(pair().y, pair().dy) }),
    // dx = dy - exp(y)·Σdy: the terms of the difference, the sum by the sizes of its own.
    floors: () => {
      const { y, dy } = pair();
      const sums = rowSums(dy, (i) => Math.abs(dy.data[i]!));
      return {
        dx: Float64Array.from(y.data, (logP, i) => Math.max(1e-30, Math.abs(dy.data[i]!) + Math.exp(logP) * sums(i))),
      };
    },
  });
}

/** The gradients of softmax and log-softmax. */
export function rowGradientCases(rows: readonly RowInput[]): Case[] {
  // Ascending rows and offsets make no difference to what comes back.
  const inputs = rows.filter(({ name }) => !/offset|ascending/.test(name));
  const cases = inputs.flatMap(({ name, shape, quick, plans, x }) => {
    const dy = once(() => normal(`${name} dy`, shape));
    const rest = { name, quick, plans };
    return [
      softmaxBackward(
        rest,
        once(() => ({ y: stored(reference.softmax(x())), dy: dy() })),
      ),
      logSoftmaxBackward(
        rest,
        once(() => ({ y: stored(reference.logSoftmax(x())), dy: dy() })),
      ),
    ];
  });
  return [...cases, ...specialCases()];
}

/** Rows that have no softmax have no gradient; a NaN in dy is its row's alone; -inf in y is a probability of 0. */
function specialCases(): Case[] {
  const dy = once(() => {
    const usual = normal('special dy', specialRows().shape);
    // In the second half, whose rows are those of the first again, the usual row's dy is NaN at one place.
    const broken = SPECIAL_ROWS.length * SPECIAL_COLS + 11;
    return map(usual, (value, i) => (i === broken ? Number.NaN : value));
  });
  const rest = { name: 'special values', quick: QUICK_PLANS };
  return [
    softmaxBackward(
      rest,
      once(() => ({ y: stored(reference.softmax(specialRows())), dy: dy() })),
    ),
    logSoftmaxBackward(
      rest,
      once(() => ({ y: stored(reference.logSoftmax(specialRows())), dy: dy() })),
    ),
  ];
}
