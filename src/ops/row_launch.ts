import update1 from '../../shaders/io/update1_f32.wgsl';
import update4 from '../../shaders/io/update4_f32.wgsl';
import { planRows, type RowPlan } from '../plan/rows.ts';
import type { Cause } from '../runtime/causes.ts';
import type { KernelSource, NamedPart, Part } from '../runtime/link.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';
import type { Tensor } from '../tensor.ts';
import {
  blockPart,
  foldParts,
  isAligned,
  type Monoid,
  readPart,
  rowPart,
  sliceOf,
  teamConstants,
  writePart,
} from './parts.ts';

/** A kernel whose teams fold rows: its entry point, what it folds, and the parts that are its own. */
export interface RowKernel {
  readonly entry: string;
  readonly monoid: Monoid;
  readonly parts: readonly Part[];
}

/** One op over `rows` rows of `cols` columns. Bindings by the names that the kernel gives them. */
export interface RowLaunch {
  readonly op: string;
  readonly kernel: RowKernel;
  readonly rows: number;
  readonly cols: number;
  /** Tensors of rows × cols that the kernel reads by blocks. */
  readonly reads: Readonly<Record<string, Tensor>>;
  /** Tensors of rows × cols that it writes; one on the storage of a read is written in place. */
  readonly writes?: Readonly<Record<string, Tensor>>;
  /** Tensors with an element a row. */
  readonly perRow?: Readonly<Record<string, Tensor | undefined>>;
  /** Tensors that every row sees whole. */
  readonly shared?: Readonly<Record<string, Tensor | undefined>>;
  readonly params?: Readonly<Record<string, number>>;
  readonly constants?: Readonly<Record<string, number | boolean>>;
  readonly causes?: readonly Cause[];
}

/** Plans the rows, links the variant, and records a dispatch for each window. */
export function launchRows(runtime: Runtime, launch: RowLaunch): void {
  const { op, rows, cols } = launch;
  const plan = planRows(op, runtime.machine, rows, cols);
  const kernel = rowVariant(launch, plan);
  const inPlace = new Set(Object.values(launch.reads).map((tensor) => tensor.storage));
  for (const { first, rows: count, groups } of plan.windows) {
    const bind: Record<string, Slice | undefined> = {};
    for (const [name, tensor] of Object.entries(launch.reads)) bind[name] = sliceOf(tensor, first * cols, count * cols);
    for (const [name, tensor] of Object.entries(launch.writes ?? {})) {
      if (!inPlace.has(tensor.storage)) bind[name] = sliceOf(tensor, first * cols, count * cols);
    }
    for (const [name, tensor] of Object.entries(launch.perRow ?? {}))
      bind[name] = tensor && sliceOf(tensor, first, count);
    for (const [name, tensor] of Object.entries(launch.shared ?? {})) bind[name] = tensor && sliceOf(tensor);
    runtime.launch({
      op,
      kernel,
      bind,
      params: { ...launch.params, rows: count, cols },
      groups,
      ...(launch.causes && { causes: launch.causes }),
    });
  }
}

function rowVariant({ kernel, cols, reads, writes = {}, constants = {} }: RowLaunch, plan: RowPlan): KernelSource {
  const aligned = (tensor: Tensor) => plan.aligned && isAligned(sliceOf(tensor));
  const parts: (Part | NamedPart)[] = [...kernel.parts, ...foldParts(plan.team, kernel.monoid), rowPart];
  const outputs = Object.entries(writes);
  for (const [name, tensor] of Object.entries(reads)) {
    const replaced = outputs.findIndex(([, output]) => output.storage === tensor.storage);
    const [output] = replaced < 0 ? [] : outputs.splice(replaced, 1);
    if (output) {
      parts.push({
        part: aligned(tensor) && cols % 4 === 0 ? update4 : update1,
        names: { NAME: name, OUTPUT: output[0] },
      });
    } else parts.push(readPart(name, aligned(tensor)));
    parts.push(blockPart(name));
  }
  for (const [name, tensor] of outputs) parts.push(writePart(name, aligned(tensor), cols));
  return { entry: kernel.entry, parts, constants: { ...teamConstants(plan.team), ...constants } };
}
