import nested from '../../shaders/fold/nested.wgsl';
import rowFold from '../../shaders/fold/row.wgsl';
import rowHeld from '../../shaders/fold/row_held.wgsl';
import rowPartials from '../../shaders/fold/row_partials.wgsl';
import rowSlices from '../../shaders/fold/row_slices.wgsl';
import contiguous from '../../shaders/io/contiguous.wgsl';
import innerAxis from '../../shaders/io/inner_axis.wgsl';
import innerOut from '../../shaders/io/inner_out.wgsl';
import lastAxis from '../../shaders/io/last_axis.wgsl';
import pairHalves4 from '../../shaders/io/pair_halves4.wgsl';
import row from '../../shaders/io/row.wgsl';
import rowIn from '../../shaders/io/row_in.wgsl';
import rowInPairs from '../../shaders/io/row_in_pairs.wgsl';
import rowOut from '../../shaders/io/row_out.wgsl';
import rowWrite from '../../shaders/io/row_write.wgsl';
import slicesAxis from '../../shaders/io/slices_axis.wgsl';
import type { Tensor } from '../core/tensor.ts';
import {
  type BindingFacts,
  type Bindings,
  type Bound,
  bindWindow,
  factsOf,
  type RangeOf,
  type Use,
} from '../kernels/bind.ts';
import type { Choice } from '../kernels/exp.ts';
import { boundParts, foldParts, type Monoid, rowTeamConstants } from '../kernels/parts.ts';
import { elementSizes } from '../kernels/slices.ts';
import type { Machine } from '../plan/machine.ts';
import {
  bindingRoom,
  MOST_SLICES,
  MOST_WORDS,
  planRows,
  type RowPlan,
  type Rows,
  type RowWindow,
} from '../plan/rows.ts';
import type { Cause } from '../runtime/causes.ts';
import type { KernelSource, NamedPart, Part } from '../runtime/link.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { copyInto } from './copy.ts';

/** A kernel whose teams reduce rows: its entry point, its monoid, and its own parts. */
export interface RowKernel {
  readonly entry: string;
  readonly monoid: Monoid;
  readonly parts: readonly (Part | NamedPart | Choice)[];
  /** Whether it reduces its rows; 'spread': only if every class has a target (SPREAD). @default 'always' */
  readonly folds?: 'always' | 'spread' | 'never';
  /** Whether it takes the maximum of a row in registers before its sums. @default false */
  readonly maximumFirst?: boolean;
  /** The parts that write one value per row, or sum those of a workgroup. */
  readonly losses?: { readonly each: Part; readonly summed: Part };
}

/**
 * One op over rows. The kernel reads, writes or updates the rows' elements in blocks. It can also bind one element per
 * row, one result per row, one element per column, and values that all rows share.
 */
export interface RowLaunch {
  readonly op: string;
  readonly kernel: RowKernel;
  readonly rows: Rows;
  /** The bindings, named as in the kernel. */
  readonly bind: Bindings<Tensor>;
  readonly params?: Readonly<Record<string, number>>;
  readonly constants?: Constants;
  readonly causes?: readonly Cause[] | undefined;
}

type Constants = Readonly<Record<string, number | boolean>>;

/**
 * Plans the rows, links the variant, and records its dispatches for each window.
 * @returns how many values a `summed` binding has received: one per row, or fewer sums
 */
export function launchRows(runtime: Runtime, launch: RowLaunch): number {
  const { op, bind, causes, constants, rows } = launch;
  const { outer, cols, inner } = rows;
  const facts = { op, outer, cols, inner, bind: factsOf(bind), constants };
  const decided = runtime.decide(launch.kernel, facts, decideRows);
  if (decided === 'transposed') {
    return launchTransposed(runtime, launch);
  }
  const { plan, kernels, sums } = decided;
  const { slices, sliceCols } = plan;
  let values = 0;
  const rangeOf: RangeOf<RowWindow> = (use, { first, rows: count, groups }) => {
    if (isByElement(use)) return [first * cols, count * cols];
    if (use === 'summed') return [values, sums ? groups : count];
    return use === 'perRow' || use === 'result' ? [first, count] : undefined;
  };
  for (const window of plan.windows) {
    const { rows: count, groups } = window;
    const bound = bindWindow(bind, window, rangeOf);
    const params = { ...launch.params, rows: count, cols, inner, slices, slice_cols: sliceCols };
    const words = count * slices * MOST_WORDS;
    const storage = slices > 1 ? runtime.pool.acquire(4 * words, 'record') : undefined;
    if (storage) bound.partials = { storage, byteOffset: 0, size: words, dtype: 'f32' };
    for (const kernel of kernels) runtime.launch({ op, kernel, bind: bound, params, groups, causes, plan });
    storage?.release();
    values += sums ? groups : count;
  }
  return values;
}

const isByElement = (use: Use) => use === 'read' || use === 'write' || use === 'update';

interface RowFacts extends Rows {
  readonly op: string;
  readonly bind: BindingFacts;
  readonly constants: Constants | undefined;
}

/** Decides the plan and its kernels, or 'transposed' if the rows' axis must become the last one. */
function decideRows(facts: RowFacts, machine: Machine, kernel: RowKernel) {
  const { op, cols, inner, constants = {} } = facts;
  const byElement = Object.values(facts.bind).filter(({ use }) => isByElement(use));
  const sizes = elementSizes(byElement.map(({ traits }) => traits));
  if (inner > 1 && sizes.bytes * cols * inner > bindingRoom(machine)) return 'transposed';
  const { folds = 'always' } = kernel;
  const operands = Math.max(1, byElement.filter(({ use }) => use !== 'write').length);
  const cut = folds === 'always' || (folds === 'spread' && constants.SPREAD === true);
  const plan = planRows(op, machine, facts, sizes, { operands, cut });
  const phases = plan.slices === 1 ? (['whole'] as const) : (['partials', 'merged'] as const);
  const sums = sumsLosses(machine, plan) && Object.values(facts.bind).some(({ use }) => use === 'summed');
  return { plan, kernels: phases.map((phase) => rowVariant(machine, kernel, facts, plan, phase, sums)), sums };
}

/** The fewest rows per workgroup whose values are worth a sum there. On a CPU its barriers cost more than they save. */
const LEAST_SUMMED = 8;

function sumsLosses({ kind }: Machine, { slices, team }: RowPlan): boolean {
  return kind === 'gpu' && slices === 1 && team.workgroupSize / team.lanesPerRow >= LEAST_SUMMED;
}

const TRANSPOSED = { in: { transposed: 'in' }, out: { transposed: 'out' } } as const;

/**
 * Runs an op over strided rows that do not fit in a binding: makes their axis the last one and copies the results back.
 * Tensors with one element per row keep their order.
 */
function launchTransposed(runtime: Runtime, launch: RowLaunch): number {
  const { op, rows } = launch;
  const { outer, cols, inner } = rows;
  const [strided, contiguous] = [
    [cols * inner, 1, inner],
    [inner * cols, cols, 1],
  ];
  const [{ backend }] = Object.values(launch.bind).flatMap(({ slice }) => slice ?? []) as [Tensor];
  let values = 0;
  backend.scope(() => {
    const bind: Record<string, Bound<Tensor>> = { ...launch.bind };
    const made: [copy: Tensor, tensor: Tensor][] = [];
    for (const [name, bound] of Object.entries(launch.bind)) {
      const { use, slice: tensor } = bound;
      if (!tensor || !isByElement(use)) continue;
      const copy = backend.empty([outer, inner, cols], tensor.dtype);
      const box = { shape: copy.shape, from: strided, to: contiguous };
      if (use !== 'write') copyInto(op, tensor, box, copy, TRANSPOSED.in);
      if (use !== 'read') made.push([copy, tensor]);
      bind[name] = { ...bound, slice: copy };
    }
    values = launchRows(runtime, { ...launch, rows: { outer: outer * inner, cols, inner: 1 }, bind });
    const box = { shape: [outer, cols, inner], from: [inner * cols, 1, cols], to: [cols * inner, inner, 1] };
    for (const [copy, tensor] of made) copyInto(op, copy, box, tensor, TRANSPOSED.out);
  });
  return values;
}

/**
 * A kernel of a plan: the only one, the one that reduces slices, or the one that continues from their partial results.
 */
function rowVariant(
  machine: Machine,
  kernel: RowKernel,
  { cols, bind, constants }: RowFacts,
  plan: RowPlan,
  phase: 'whole' | 'partials' | 'merged',
  sums: boolean,
): KernelSource {
  const { apart } = plan.team;
  const axis = apart ? [innerAxis] : [plan.slices > 1 ? slicesAxis : lastAxis, contiguous];
  const areHalves = (...uses: Use[]) =>
    Object.values(bind).every(({ use, traits }) => !uses.includes(use) || traits?.dtype === 'f16');
  const halves = { read: areHalves('read', 'update'), written: areHalves('write', 'update', 'result') };
  const own = kernel.parts.map((part) => (typeof part === 'function' ? part(machine, halves) : part));
  const parts = [...own, ...foldParts(plan.team, kernel.monoid), row, ...axis];
  if (kernel.folds !== 'never') {
    const held = kernel.maximumFirst && plan.team.inRegisters;
    parts.push(...(phase === 'merged' ? [rowSlices] : held ? [rowHeld] : [nested, rowFold]));
  }
  if (phase === 'partials') parts.push(rowPartials);
  if (kernel.losses) parts.push(sums ? kernel.losses.summed : kernel.losses.each);
  for (const [name, bound] of Object.entries(bind)) {
    const { use, traits, output = name } = bound;
    const aligned = !apart && plan.aligned && traits?.aligned === true;
    parts.push(...boundParts(machine, name, bound, aligned, aligned && cols % 4 === 0));
    const names = { NAME: name };
    if (use === 'read' && aligned && traits.dtype === 'f16' && plan.team.pack === 2)
      parts.push({ part: rowInPairs, names }, { part: pairHalves4, names });
    else if (use === 'read' || use === 'update') parts.push({ part: rowIn, names });
    if (use === 'write' || use === 'update')
      parts.push(rowWrite, { part: apart ? innerOut : rowOut, names: { NAME: output } });
  }
  const entry = phase === 'partials' ? 'row_partials' : kernel.entry;
  // The kernel that continues from partial results has no elements in registers yet.
  const team = phase === 'merged' ? { ...plan.team, inRegisters: false } : plan.team;
  const slices = phase === 'merged' && { MOST_SLICES };
  return { entry, parts, constants: { ...rowTeamConstants(team), ...slices, ...constants } };
}
