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
import { isFloat, show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import {
  elementSizes,
  foldParts,
  isAligned,
  type Monoid,
  readParts,
  rowTeamConstants,
  sliceOf,
  traitsOf,
  writeParts,
} from '../kernels/parts.ts';
import type { Machine } from '../plan/machine.ts';
import { planReduction, type ReductionPlan } from '../plan/reduction.ts';
import type { KernelSource, Part } from '../runtime/link.ts';
import { resolveAxis } from './check.ts';
import { transposed } from './transpose.ts';

/** Which axes are folded, and whether they stay, with length 1. */
export interface ReduceOptions {
  /** One axis or several, counted from the end when negative. Default all */
  axis?: number | readonly number[];
  /** Default false */
  keepDims?: boolean;
}

/** What the sums are divided by, and what is stored where that is 0. */
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
  /** Of the last dispatch, which gives the result; slices are summed plainly. */
  readonly quotient?: Quotient;
}

export const PLAIN: Quotient = { divisor: 1, emptyBits: 0 };
export const SUM = {
  entry: 'sum_forward',
  monoid: { merge: sumMerge, subgroup: sumSubgroup },
  parts: [sumForward, sumBlock],
};

/**
 * @internal All of `rows` summed into `out`: Σ rows / (divisor · denominator), `emptyBits` where that product is 0.
 * @param rows f32, any shape
 * @param out f32, one element
 */
export function reduceRows(op: string, rows: Tensor, out: Tensor, quotient: Quotient): void {
  fold(op, { kernel: SUM, quotient }, rows, 1, rows.size, out);
}

/** The result of folding axes of `x`. `reductionOf` is told the elements of a fold, and of the result. */
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

/** Folds each of `rows` rows of `cols` to an element of y; through slices of the rows where these are few and long. */
function fold(op: string, reduction: Reduction, x: Tensor, rows: number, cols: number, y: Tensor): void {
  const { backend } = x;
  const { runtime } = backend;
  const plan = runtime.decide(planReduction, `${rows} ${cols} ${x.dtype}`, (machine) =>
    planReduction(machine, rows, cols, elementSizes([x])),
  );
  if (plan.slices === 1) dispatch(op, reduction, x, y, plan);
  else {
    backend.scope(() => {
      const partial = backend.empty([rows, plan.slices], isFloat(y.dtype) ? 'f32' : y.dtype);
      dispatch(op, reduction.quotient ? { ...reduction, quotient: PLAIN } : reduction, x, partial, plan);
      fold(op, reduction, partial, rows, plan.slices, y);
    });
  }
}

function dispatch(op: string, reduction: Reduction, x: Tensor, y: Tensor, plan: ReductionPlan): void {
  const { runtime } = x.backend;
  const { kernel, quotient } = reduction;
  const denominator = quotient?.denominator;
  const facts = `${kernel.entry} ${quotient && denominator !== undefined} ${traitsOf(x)}${traitsOf(y)}`;
  const source = runtime.decide(plan, facts, (machine) => reductionVariant(machine, reduction, x, y, plan));
  for (const { first, rows, cols, slices, firstValue, groups } of plan.windows) {
    const bind = {
      x: sliceOf(x, first, rows * cols),
      y: sliceOf(y, firstValue, rows * slices),
      ...(quotient && { denominator: denominator && sliceOf(denominator) }),
    };
    const finish = quotient && { divisor: quotient.divisor, empty_bits: quotient.emptyBits };
    runtime.launch({
      op,
      kernel: source,
      bind,
      params: { rows, cols, slices, slice_cols: plan.sliceCols, ...finish },
      groups,
      plan,
    });
  }
}

function reductionVariant(
  machine: Machine,
  { kernel, quotient }: Reduction,
  x: Tensor,
  y: Tensor,
  plan: ReductionPlan,
): KernelSource {
  return {
    entry: kernel.entry,
    parts: [
      ...kernel.parts,
      ...foldParts(plan.team, kernel.monoid),
      rowPart,
      nested,
      slicesAxis,
      contiguous,
      special,
      ...readParts(machine, 'x', x, plan.aligned && isAligned(x)),
      { part: rowIn, names: { NAME: 'x' } },
      ...writeParts(machine, 'y', y),
    ],
    constants: {
      ...rowTeamConstants(plan.team),
      ...kernel.constants,
      ...(quotient && { HAS_DENOMINATOR: quotient.denominator !== undefined }),
    },
  };
}
