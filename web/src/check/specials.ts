import * as ops from 'gradfold';
import * as reference from 'gradfold/reference';
import { BINARY, namesOf, UNARY } from '../../../src/conformance/cases/elementwise.ts';
import type { Library } from '../../../src/conformance/suite/case.ts';
import { floats } from '../../../src/conformance/suite/data.ts';
import { grantOf } from '../../../src/conformance/suite/grants.ts';
import { worstError } from '../../../src/conformance/suite/metric.ts';
import type { SpecialCell, SpecialGrid } from './result.ts';

const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;
/** The largest that f32 holds. */
const LARGEST = 3.4028234663852886e38;
/** Below, an error of 2^-126, as a flushed subnormal is, is no more than 0.1 ulp. */
const TINY = 1e-30;
const INPUTS: readonly number[] = [NAN, INF, -INF, 0, -0, LARGEST, -LARGEST, TINY, -TINY];

/** With a partner that arithmetic goes wrong at. */
const OF_TWO = [
  ['add', INF, 'x + ∞'],
  ['subtract', INF, 'x − ∞'],
  ['multiply', 0, 'x · 0'],
  ['divide', 0, 'x ÷ 0'],
  ['maximum', NAN, 'max(x, NaN)'],
] as const;
/** The input begins a row of three: what comes out is the first of the result. */
const OF_ROWS = {
  softmax: ops.softmax,
  logSoftmax: ops.logSoftmax,
  logSumExp: ops.logSumExp,
  argmax: ops.argmax,
  hardmax: ops.hardmax,
  sum: ops.sum,
  mean: ops.mean,
  max: ops.max,
};
const REST_OF_ROW = [1, 0];

/** One op on all inputs at once. */
interface Probe {
  readonly op: string;
  readonly formula: string;
  run(backend: ops.Backend): ops.Tensor;
  judge(library: Library): { readonly data: ArrayLike<number> };
}

const x = floats([INPUTS.length], (i) => INPUTS[i] as number);
const rows = floats([INPUTS.length, 3], (i) => [INPUTS[Math.floor(i / 3)], ...REST_OF_ROW][i % 3] as number);
const ofOne = namesOf(UNARY).map(
  (op): Probe => ({
    op,
    formula: `${op}(x)`,
    run: (backend) => UNARY[op](backend.tensor(x.data)),
    judge: (library) => library[op](x),
  }),
);
const ofTwo = OF_TWO.map(
  ([op, partner, formula]): Probe => ({
    op,
    formula,
    run: (backend) => BINARY[op](backend.tensor(x.data), backend.tensor([partner])),
    judge: (library) => library[op](x, { shape: [1], data: [partner] }),
  }),
);
const ofRows = namesOf(OF_ROWS).map(
  (op): Probe => ({
    op,
    formula: `${op}[x, ${REST_OF_ROW.join(', ')}]`,
    run: (backend) => OF_ROWS[op](backend.tensor(rows.data, rows.shape), { axis: -1 }),
    judge: (library) => library[op](rows, { axis: -1 }),
  }),
);

/** What comes out for special inputs here, beside the judge's answers: of all ops that such inputs matter to, or of one. */
export async function specialGrid(backend: ops.Backend, op?: string): Promise<SpecialGrid> {
  const probes = [...ofRows, ...ofOne, ...ofTwo].filter((probe) => !op || probe.op === op);
  const reads = backend.scope(() => probes.map((probe) => probe.run(backend).data()));
  const arrived = await Promise.all(reads);
  return {
    inputs: INPUTS,
    rows: probes.map((probe, i) => ({
      op: probe.op,
      formula: probe.formula,
      cells: cellsOf(probe, arrived[i] as ArrayLike<number>),
    })),
  };
}

function cellsOf({ op, judge }: Probe, got: ArrayLike<number>): SpecialCell[] {
  const { data } = judge(reference);
  return INPUTS.map((_, i) => {
    const at = (i * data.length) / INPUTS.length;
    return compared(op, got[at] as number, data[at] as number);
  });
}

/** Twice what the suite grants the op at least: it knows the honest loop's error too. The sign of 0 does not count. */
function compared(op: string, got: number, wanted: number): SpecialCell {
  // The log of a sum of exponentials is as exact as the sum: of 1 or more.
  const floor = op.startsWith('log') && op !== 'log' ? 1 : TINY;
  const differs = worstError([got], Float64Array.of(wanted), floor).ulp > 2 * grantOf(op, 'y');
  return { got, wanted: Math.fround(wanted), differs };
}
