import nested from '../../shaders/fold/nested.wgsl';
import contiguous from '../../shaders/io/contiguous.wgsl';
import rowPart from '../../shaders/io/row.wgsl';
import rowIn from '../../shaders/io/row_in.wgsl';
import slicesAxis from '../../shaders/io/slices_axis.wgsl';
import special from '../../shaders/math/special.wgsl';
import sumMerge from '../../shaders/monoid/sum.wgsl';
import sumBlock from '../../shaders/monoid/sum_block.wgsl';
import sumSubgroup from '../../shaders/monoid/sum_subgroup.wgsl';
import sumForward from '../../shaders/sum_forward.wgsl';
import { type DType, isFloat, show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { launchWindows, type RangeOf, read, result, scalar } from '../kernels/bind.ts';
import { foldParts, type Monoid, readParts, rowTeamConstants, writeParts } from '../kernels/parts.ts';
import { elementSizes, type Traits, traitsOf } from '../kernels/slices.ts';
import type { Machine } from '../plan/machine.ts';
import { planReduction, type ReductionPlan, type ReductionWindow } from '../plan/reduction.ts';
import type { KernelSource, Part } from '../runtime/link.ts';
import { resolveAxis } from './check.ts';
import { transposed } from './transpose.ts';

/** Which axes to reduce, and whether to keep them. */
export interface ReduceOptions {
  /** One axis or several, counted from the end if negative. @default all */
  axis?: number | readonly number[];
  /** Whether to keep the reduced axes with length 1. @default false */
  keepDims?: boolean;
}

/** The divisor of the sums, and the bits to store if it is 0. */
interface Quotient {
  readonly divisor: number;
  readonly denominator?: Tensor | undefined;
  readonly emptyBits: number;
}

export interface ReductionKernel {
  readonly entry: string;
  readonly monoid: Monoid;
  readonly parts: readonly Part[];
  readonly constants?: Readonly<Record<string, boolean>>;
}

interface Reduction {
  readonly kernel: ReductionKernel;
  /** Applied in the last dispatch, which gives the result. Slices are summed without it. */
  readonly quotient?: Quotient;
}

export const PLAIN: Quotient = { divisor: 1, emptyBits: 0 };
export const SUM = {
  entry: 'sum_forward',
  monoid: { merge: sumMerge, subgroup: sumSubgroup },
  parts: [sumForward, sumBlock],
};

/**
 * @internal Writes to `out` the sum of `rows`: Σ rows / (divisor · denominator), or `emptyBits` if that product is 0.
 * @param rows f32, any shape
 * @param out f32, one element
 */
export function reduceRows(op: string, rows: Tensor, out: Tensor, quotient: Quotient): void {
  fold(op, { kernel: SUM, quotient }, rows, 1, rows.size, out);
}

/** Reduces axes of `x`. `reductionOf` takes the number of elements per reduction and that of the result. */
export function reduce(
  op: string,
  x: Tensor,
  { axis, keepDims = false }: ReduceOptions,
  reductionOf: (count: number, values: number) => Reduction,
): Tensor {
  const axes = x.shape.map((_, at) => at);
  const asked = axis === undefined ? axes : [axis].flat().map((at) => resolveAxis(op, at, x.rank));
  if (new Set(asked).size < asked.length)
    throw new ShapeError(`${op}: axis is ${show([axis].flat() as number[])}, expected no axis twice`);
  const folded = axes.filter((at) => asked.includes(at));
  const kept = axes.filter((at) => !asked.includes(at));
  const product = (list: readonly number[]) => list.reduce((size, at) => size * (x.shape[at] as number), 1);
  const [rows, cols] = [product(kept), product(folded)];
  const reduction = reductionOf(cols, rows);
  const shape = keepDims
    ? x.shape.map((length, at) => (asked.includes(at) ? 1 : length))
    : kept.map((at) => x.shape[at] as number);
  const y = x.backend.empty(shape, x.dtype);
  const order = [...kept, ...folded];
  if (x.size === 0 || order.every((at, index) => at === index)) fold(op, reduction, x, rows, cols, y);
  else x.backend.scope(() => fold(op, reduction, transposed(op, x, order), rows, cols, y));
  return y;
}

/** Reduces each of `rows` rows of `cols` elements to an element of y. Splits few long rows into slices first. */
function fold(op: string, reduction: Reduction, x: Tensor, rows: number, cols: number, y: Tensor): void {
  const { backend } = x;
  const { kernel, quotient } = reduction;
  const denominated = quotient && quotient.denominator !== undefined;
  const facts = { rows, cols, x: traitsOf(x), y: y.dtype, denominated };
  const decided = backend.runtime.decide(kernel, facts, decideFold);
  const { slices } = decided.plan;
  if (slices === 1) dispatch(op, decided, quotient, x, y);
  else {
    backend.scope(() => {
      const partial = backend.empty([rows, slices], decided.dtype);
      dispatch(op, decided, quotient && PLAIN, x, partial);
      fold(op, reduction, partial, rows, slices, y);
    });
  }
}

interface FoldFacts {
  readonly rows: number;
  readonly cols: number;
  readonly x: Traits;
  readonly y: DType;
  /** Whether a tensor divides the sums; undefined if there is no quotient. */
  readonly denominated: boolean | undefined;
}

interface DecidedFold {
  readonly plan: ReductionPlan;
  readonly source: KernelSource;
  /** The dtype that the dispatch writes: that of y, or of the slices' results. */
  readonly dtype: DType;
}

function decideFold(facts: FoldFacts, machine: Machine, kernel: ReductionKernel): DecidedFold {
  const { rows, cols, x, y, denominated } = facts;
  const plan = planReduction(machine, rows, cols, elementSizes([x]));
  const sliced = plan.slices > 1;
  const dtype = sliced && isFloat(y) ? 'f32' : y;
  const source = {
    entry: kernel.entry,
    parts: [
      ...kernel.parts,
      ...foldParts(plan.team, kernel.monoid),
      ...[rowPart, nested, slicesAxis, contiguous, special],
      ...readParts(machine, 'x', x, plan.aligned && x.aligned),
      { part: rowIn, names: { NAME: 'x' } },
      ...writeParts(machine, 'y', { dtype }),
    ],
    constants: {
      ...rowTeamConstants(plan.team),
      ...kernel.constants,
      // The slices' sums are not divided.
      ...(denominated !== undefined && { HAS_DENOMINATOR: denominated && !sliced }),
    },
  };
  return { plan, source, dtype };
}

function dispatch(
  op: string,
  { plan, source }: DecidedFold,
  quotient: Quotient | undefined,
  x: Tensor,
  y: Tensor,
): void {
  const bind = { x: read(x), y: result(y), ...(quotient && { denominator: scalar(quotient.denominator) }) };
  const finish = quotient && { divisor: quotient.divisor, empty_bits: quotient.emptyBits };
  const launch = { op, kernel: source, bind, windows: plan.windows, plan };
  launchWindows(x.backend.runtime, launch, rangeOf, ({ rows, cols, slices }) => {
    return { rows, cols, inner: 1, slices, slice_cols: plan.sliceCols, ...finish };
  });
}

const rangeOf: RangeOf<ReductionWindow> = (use, { first, rows, cols, slices, firstValue }) => {
  if (use === 'scalar') return undefined;
  return use === 'read' ? [first, rows * cols] : [firstValue, rows * slices];
};
