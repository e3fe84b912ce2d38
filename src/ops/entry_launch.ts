import entries from '../../shaders/math/entries.wgsl';
import { bytesOf } from '../data.ts';
import { ELEMENT_WIDTH, planElements } from '../plan/elements.ts';
import type { Part } from '../runtime/link.ts';
import type { Slice } from '../runtime/runtime.ts';
import type { Tensor } from '../tensor.ts';
import { isAligned, type Parts, readParts, sliceOf, writeParts } from './parts.ts';

/** A kernel over the entries of tensors of one size: what it reads, what it writes, and what all lanes see. */
export interface EntryLaunch {
  readonly op: string;
  readonly entry: string;
  readonly parts: readonly Part[];
  readonly reads: Readonly<Record<string, Tensor | undefined>>;
  /** The one output, of the kernel's own making. */
  readonly writes: Readonly<Record<string, Tensor>>;
  /** Tensors of one element. */
  readonly scalars?: Readonly<Record<string, Tensor>>;
  readonly params?: Readonly<Record<string, number>>;
  readonly constants?: Readonly<Record<string, number | boolean>>;
}

/** Records a dispatch for each window of the output. */
export function launchEntries({
  op,
  entry,
  parts,
  reads,
  writes,
  scalars = {},
  params = {},
  constants = {},
}: EntryLaunch): void {
  const output = Object.values(writes)[0] as Tensor;
  const { runtime } = output.backend;
  const { machine } = runtime;
  const inputs = Object.entries({ ...reads, ...scalars });
  const io: Parts = [
    ...inputs.flatMap(([name, tensor]) => readParts(name, tensor, tensor && isAligned(sliceOf(tensor)))),
    ...Object.entries(writes).flatMap(([name, tensor]) => writeParts(name, tensor, true)),
  ];
  const plan = planElements(
    machine,
    output.size,
    [output, ...Object.values(reads)].map((x) => bytesOf(x?.dtype ?? 'f32')),
  );
  const kernel = {
    entry,
    parts: [...parts, entries, ...io],
    constants: { WIDTH: ELEMENT_WIDTH, PACK: plan.pack, ...constants },
  };
  for (const { first, size, groups } of plan.windows) {
    const bind: Record<string, Slice | undefined> = {};
    for (const [name, tensor] of Object.entries({ ...reads, ...writes }))
      bind[name] = tensor && sliceOf(tensor, first, size);
    for (const [name, tensor] of Object.entries(scalars)) bind[name] = sliceOf(tensor);
    runtime.launch({ op, kernel, bind, params: { size, ...params }, groups });
  }
}
