import entries from '../../shaders/math/entries.wgsl';
import { bytesOf } from '../core/data.ts';
import type { Tensor } from '../core/tensor.ts';
import { bindEach, isAligned, type Parts, readParts, traitsOfAll, writeParts } from '../kernels/parts.ts';
import { ELEMENT_WIDTH, planElements } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import type { Part } from '../runtime/link.ts';
import type { Slice } from '../runtime/runtime.ts';

/** A kernel over entries: its entry point, and the parts that are its own. */
export interface EntryKernel {
  readonly entry: string;
  readonly parts: readonly Part[];
}

/** One op over the entries of tensors of one size: what it reads, what it writes, and what all lanes see. */
export interface EntryLaunch {
  readonly op: string;
  readonly kernel: EntryKernel;
  readonly reads: Readonly<Record<string, Tensor | undefined>>;
  /** The one output, of the kernel's own making. */
  readonly writes: Readonly<Record<string, Tensor>>;
  /** Tensors of one element. */
  readonly scalars?: Readonly<Record<string, Tensor>>;
  readonly params?: Readonly<Record<string, number>>;
  readonly constants?: Readonly<Record<string, number | boolean>>;
}

/** Records a dispatch for each window of the output. */
export function launchEntries(launch: EntryLaunch): void {
  const { op, kernel, reads, writes, scalars = {}, params, constants = {} } = launch;
  const output = Object.values(writes)[0] as Tensor;
  const { runtime } = output.backend;
  let facts = `${output.size} ${traitsOfAll(reads)}> ${traitsOfAll(writes)}> ${traitsOfAll(scalars)}`;
  for (const name in constants) facts += `${name}=${constants[name]} `;
  const { source, plan } = runtime.decide(kernel, facts, (machine) => decideEntries(machine, launch));
  for (const { first, size, groups } of plan.windows) {
    const bind: Record<string, Slice | undefined> = {};
    bindEach(bind, reads, first, size);
    bindEach(bind, writes, first, size);
    bindEach(bind, scalars);
    runtime.launch({ op, kernel: source, bind, params: { size, ...params }, groups, plan });
  }
}

function decideEntries(machine: Machine, { kernel, reads, writes, scalars = {}, constants = {} }: EntryLaunch) {
  const output = Object.values(writes)[0] as Tensor;
  const inputs = Object.entries({ ...reads, ...scalars });
  const io: Parts = [
    ...inputs.flatMap(([name, tensor]) => readParts(machine, name, tensor, tensor && isAligned(tensor))),
    ...Object.entries(writes).flatMap(([name, tensor]) => writeParts(machine, name, tensor, true)),
  ];
  const plan = planElements(
    machine,
    output.size,
    [output, ...Object.values(reads)].map((x) => bytesOf(x?.dtype ?? 'f32')),
  );
  const source = {
    entry: kernel.entry,
    parts: [...kernel.parts, entries, ...io],
    constants: { WIDTH: ELEMENT_WIDTH, PACK: plan.pack, ...constants },
  };
  return { source, plan };
}
