import entries from '../../shaders/math/entries.wgsl';
import { ELEMENT_WIDTH, planElements } from '../plan/elements.ts';
import type { Part } from '../runtime/link.ts';
import type { Slice } from '../runtime/runtime.ts';
import type { Tensor } from '../tensor.ts';
import { isAligned, readPart, sliceOf, writePart } from './parts.ts';

/** A kernel of four entries a lane over tensors of one size: what it reads, what it writes, and what all lanes see. */
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
  const inputs = Object.entries({ ...reads, ...scalars });
  const io = inputs.map(([name, tensor]) => readPart(name, tensor !== undefined && isAligned(sliceOf(tensor))));
  const outputs = Object.keys(writes).map((name) => writePart(name, true, 4));
  const kernel = {
    entry,
    parts: [...parts, entries, ...io, ...outputs],
    constants: { WIDTH: ELEMENT_WIDTH, ...constants },
  };
  for (const { first, size, groups } of planElements(runtime.machine, output.size, 4)) {
    const bind: Record<string, Slice | undefined> = {};
    for (const [name, tensor] of Object.entries({ ...reads, ...writes }))
      bind[name] = tensor && sliceOf(tensor, first, size);
    for (const [name, tensor] of Object.entries(scalars)) bind[name] = sliceOf(tensor);
    runtime.launch({ op, kernel, bind, params: { size, ...params }, groups });
  }
}
