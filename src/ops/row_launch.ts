import nested from '../../shaders/fold/nested.wgsl';
import rowFold from '../../shaders/fold/row.wgsl';
import rowPartials from '../../shaders/fold/row_partials.wgsl';
import rowSlices from '../../shaders/fold/row_slices.wgsl';
import contiguous from '../../shaders/io/contiguous.wgsl';
import innerAxis from '../../shaders/io/inner_axis.wgsl';
import innerOut from '../../shaders/io/inner_out.wgsl';
import lastAxis from '../../shaders/io/last_axis.wgsl';
import row from '../../shaders/io/row.wgsl';
import rowIn from '../../shaders/io/row_in.wgsl';
import rowOut from '../../shaders/io/row_out.wgsl';
import rowWrite from '../../shaders/io/row_write.wgsl';
import slicesAxis from '../../shaders/io/slices_axis.wgsl';
import type { Tensor } from '../core/tensor.ts';
import {
  bindEach,
  elementSizes,
  foldParts,
  isAligned,
  type Monoid,
  type Parts,
  readParts,
  rowTeamConstants,
  sliceOf,
  traitsOfAll,
  updateParts,
  writeParts,
} from '../kernels/parts.ts';
import type { Machine } from '../plan/machine.ts';
import { bindingRoom, planRows, type RowPlan, type Rows } from '../plan/rows.ts';
import type { Cause } from '../runtime/causes.ts';
import type { KernelSource, Part } from '../runtime/link.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';
import { copyInto } from './copy.ts';

/** A kernel whose teams fold rows: its entry point, what it folds, and the parts that are its own. */
export interface RowKernel {
  readonly entry: string;
  readonly monoid: Monoid;
  readonly parts: Parts;
  /** Whether it needs its rows' folds: 'spread' where targets reach beyond labels (SPREAD). @default 'always' */
  readonly folds?: 'always' | 'spread' | 'never';
}

/** One op over rows. Bindings by the names that the kernel gives them. */
export interface RowLaunch {
  readonly op: string;
  readonly kernel: RowKernel;
  readonly rows: Rows;
  /** Tensors of the rows' elements that the kernel reads by blocks. */
  readonly reads: Readonly<Record<string, Tensor>>;
  /** Such tensors that it writes; one on the storage of a read is written in place. */
  readonly writes?: Readonly<Record<string, Tensor>>;
  /** Tensors with an element a row, of dtypes that the kernel's own text declares. */
  readonly perRow?: Readonly<Record<string, Tensor | undefined>>;
  /** A tensor with an element a row that the kernel writes by `put1_...`, whatever its dtype. */
  readonly results?: Readonly<Record<string, Tensor>>;
  /** Tensors that every row sees whole, of dtypes that the kernel's own text declares. */
  readonly shared?: Readonly<Record<string, Tensor | undefined>>;
  /** Tensors with an element a column that the kernel reads by `one_...`, whatever their dtype. */
  readonly perColumn?: Readonly<Record<string, Tensor | undefined>>;
  readonly params?: Readonly<Record<string, number>>;
  readonly constants?: Readonly<Record<string, number | boolean>>;
  readonly causes?: readonly Cause[] | undefined;
}

/** Plans the rows, links the variant, and records a dispatch for each window. */
export function launchRows(runtime: Runtime, launch: RowLaunch): void {
  const { op, rows, reads, writes = {}, perRow = {}, results = {}, shared = {}, perColumn = {} } = launch;
  const decided = runtime.decide(launch.kernel, factsOf(launch), (machine) => decideRows(machine, launch));
  if (decided === 'transposed') {
    launchTransposed(runtime, launch);
    return;
  }
  const { cols, inner } = rows;
  const { plan, kernels, inPlace } = decided;
  const { slices, sliceCols } = plan;
  for (const { first, rows: count, groups } of plan.windows) {
    const bind: Record<string, Slice | undefined> = {};
    bindEach(bind, reads, first * cols, count * cols);
    for (const name in writes) {
      if (!inPlace.has(name)) bind[name] = sliceOf(writes[name] as Tensor, first * cols, count * cols);
    }
    bindEach(bind, perRow, first, count);
    bindEach(bind, results, first, count);
    bindEach(bind, shared);
    bindEach(bind, perColumn);
    const params = { ...launch.params, rows: count, cols, inner, slices, slice_cols: sliceCols };
    const partials = slices > 1 ? backendOf(launch).empty([count, slices, MOST_WORDS], 'f32') : undefined;
    if (partials) bind.partials = sliceOf(partials);
    for (const kernel of kernels) runtime.launch({ op, kernel, bind, params, groups, causes: launch.causes, plan });
    partials?.dispose();
  }
}

/** Words that a monoid's value takes at most. */
const MOST_WORDS = 8;

function backendOf({ reads }: RowLaunch) {
  return (Object.values(reads)[0] as Tensor).backend;
}

function foldsRows({ kernel: { folds = 'always' }, constants = {} }: RowLaunch): boolean {
  return folds === 'always' || (folds === 'spread' && constants.SPREAD === true);
}

/** All that `decideRows` goes by, beside the kernel. */
function factsOf({ rows, reads, writes = {}, results = {}, perColumn = {}, constants = {} }: RowLaunch): string {
  let facts = `${rows.outer} ${rows.cols} ${rows.inner} `;
  facts += `${traitsOfAll(reads)}> ${traitsOfAll(writes)}> ${traitsOfAll(results)}> ${traitsOfAll(perColumn)}`;
  for (const input in reads)
    for (const output in writes) if (reads[input]?.storage === writes[output]?.storage) facts += `${input}=${output} `;
  for (const name in constants) facts += `${name}=${constants[name]} `;
  return facts;
}

/** The plan, its kernels, and which outputs take the place of an input; or that the rows' axis must become the last. */
function decideRows(machine: Machine, launch: RowLaunch) {
  const { op, rows, reads, writes = {} } = launch;
  const sizes = elementSizes([...Object.values(reads), ...Object.values(writes)]);
  if (rows.inner > 1 && sizes.bytes * rows.cols * rows.inner > bindingRoom(machine)) return 'transposed';
  const operands = Math.max(1, Object.keys(reads).length);
  const plan = planRows(op, machine, rows, sizes, { operands, cut: foldsRows(launch) });
  const inputs = new Set(Object.values(reads).map((tensor) => tensor.storage));
  const inPlace = new Set(Object.keys(writes).filter((name) => inputs.has((writes[name] as Tensor).storage)));
  const phases = plan.slices === 1 ? (['whole'] as const) : (['partials', 'merged'] as const);
  return { plan, kernels: phases.map((phase) => rowVariant(machine, launch, plan, phase)), inPlace };
}

const TRANSPOSED = { in: { transposed: 'in' }, out: { transposed: 'out' } } as const;

/**
 * Strided rows that no binding holds together: their axis is made the last one, and the results are put back. What has
 * an element a row stays in its order.
 */
function launchTransposed(runtime: Runtime, launch: RowLaunch): void {
  const { op, reads, writes = {}, rows } = launch;
  const { outer, cols, inner } = rows;
  const backend = backendOf(launch);
  backend.scope(() => {
    const copies = new Map<Tensor['storage'], Tensor>();
    const transposed = (tensor: Tensor) => {
      const copy = backend.empty([outer, inner, cols], tensor.dtype);
      copies.set(tensor.storage, copy);
      const box = { shape: copy.shape, from: [cols * inner, 1, inner], to: [inner * cols, cols, 1] };
      copyInto(op, tensor, box, copy, TRANSPOSED.in);
      return copy;
    };
    const inputs = Object.fromEntries(Object.entries(reads).map(([name, tensor]) => [name, transposed(tensor)]));
    const outputs = Object.entries(writes).map(
      ([name, tensor]) =>
        [name, tensor, copies.get(tensor.storage) ?? backend.empty([outer, inner, cols], tensor.dtype)] as const,
    );
    const last = { outer: outer * inner, cols, inner: 1 };
    const results = Object.fromEntries(outputs.map(([name, , copy]) => [name, copy]));
    launchRows(runtime, { ...launch, rows: last, reads: inputs, writes: results });
    for (const [, tensor, copy] of outputs) {
      const box = { shape: [outer, cols, inner], from: [inner * cols, 1, cols], to: [cols * inner, inner, 1] };
      copyInto(op, copy, box, tensor, TRANSPOSED.out);
    }
  });
}

/** A kernel of a plan: the only one, or that which folds slices, or that which goes on from what they have left. */
function rowVariant(
  machine: Machine,
  launch: RowLaunch,
  plan: RowPlan,
  phase: 'whole' | 'partials' | 'merged',
): KernelSource {
  const { kernel, reads, writes = {}, results = {}, perColumn = {}, constants = {} } = launch;
  const { cols } = launch.rows;
  const { apart } = plan.team;
  const aligned = (tensor: Tensor) => !apart && plan.aligned && isAligned(sliceOf(tensor));
  const whole = (tensor: Tensor) => aligned(tensor) && cols % 4 === 0;
  const axis = apart ? [innerAxis] : [plan.slices > 1 ? slicesAxis : lastAxis, contiguous];
  const parts = [...kernel.parts, ...foldParts(plan.team, kernel.monoid), row, ...axis];
  if (kernel.folds !== 'never') parts.push(nested, phase === 'merged' ? rowSlices : rowFold);
  if (phase === 'partials') parts.push(rowPartials);
  const outputs = Object.entries(writes);
  if (outputs.length > 0) parts.push(rowWrite);
  const rowsOf = (part: Part, name: string) => ({ part, names: { NAME: name } });
  const out = apart ? innerOut : rowOut;
  for (const [name, tensor] of Object.entries(reads)) {
    const replaced = outputs.findIndex(([, output]) => output.storage === tensor.storage);
    const [output] = replaced < 0 ? [] : outputs.splice(replaced, 1);
    if (output) {
      parts.push(...updateParts(machine, name, output[0], tensor, whole(tensor)), rowsOf(out, output[0]));
    } else parts.push(...readParts(machine, name, tensor, aligned(tensor)));
    parts.push(rowsOf(rowIn, name));
  }
  for (const [name, tensor] of outputs) {
    parts.push(...writeParts(machine, name, tensor, whole(tensor)), rowsOf(out, name));
  }
  for (const [name, tensor] of Object.entries(results)) parts.push(...writeParts(machine, name, tensor));
  for (const [name, tensor] of Object.entries(perColumn)) parts.push(...readParts(machine, name, tensor));
  const entry = phase === 'partials' ? 'row_partials' : kernel.entry;
  // What goes on from slices' folds has nothing in registers yet.
  const team = phase === 'merged' ? { ...plan.team, held: false } : plan.team;
  return { entry, parts, constants: { ...rowTeamConstants(team), ...constants } };
}
