import { ELEMENT_WIDTH, type ElementWindow, elementWindows } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import type { Launch, Runtime } from '../runtime/runtime.ts';
import { type BindingFacts, type Bindings, factsOf, launchWindows, type RangeOf, type Use } from './bind.ts';
import { boundParts, type Parts } from './parts.ts';
import { elementSizes } from './slices.ts';

type Constants = Readonly<Record<string, number | boolean>>;

/** A kernel whose lanes each take a few neighboring elements, the same of all that it reads and writes. */
export interface EntryKernel {
  readonly entry: string;
  readonly parts: Parts;
  readonly constants?: Constants;
  /** Elements a lane. Lanes of one do without vectors. @default four, or eight where halves are among them (PACK) */
  readonly perLane?: 1 | 4;
}

/** One pass over `size` elements. */
export interface EntryLaunch extends Pick<Launch, 'op' | 'causes'> {
  readonly kernel: EntryKernel;
  readonly size: number;
  readonly bind: Bindings;
  /** Beside the size of a window. */
  readonly params?: Launch['params'] | ((window: ElementWindow) => Launch['params']);
  readonly constants?: Constants;
}

/** Records a dispatch for each window of the elements that bindings hold. */
export function launchEntries(runtime: Runtime, launch: EntryLaunch): void {
  const { op, size, bind, params, constants, causes } = launch;
  const facts = { size, bind: factsOf(bind), constants };
  const { kernel, windows, plan } = runtime.decide(launch.kernel, facts, decideEntries);
  launchWindows(runtime, { op, kernel, bind, windows, causes, plan }, rangeOf, (window) => {
    const { size } = window;
    return params ? { size, ...(typeof params === 'function' ? params(window) : params) } : { size };
  });
}

const byElement = (use: Use) => use === 'read' || use === 'write' || use === 'update' || use === 'own';
const rangeOf: RangeOf<ElementWindow> = (use, { first, size }) => (byElement(use) ? [first, size] : undefined);

interface EntryFacts {
  readonly size: number;
  readonly bind: BindingFacts;
  readonly constants: Constants | undefined;
}

function decideEntries({ size, bind, constants }: EntryFacts, machine: Machine, kernel: EntryKernel) {
  const bindings = Object.entries(bind);
  const { bytes, pack } = elementSizes(bindings.flatMap(([, { use, traits }]) => (byElement(use) ? [traits] : [])));
  const { perLane = 4 * pack } = kernel;
  const inQuads = perLane !== 1;
  const parts = bindings.flatMap(([name, bound]) => {
    const { aligned, owned } = bound.traits ?? { aligned: inQuads, owned: inQuads };
    return boundParts(machine, name, bound, inQuads && aligned, inQuads && owned);
  });
  const groupsOf = (count: number) => Math.ceil(count / (perLane * ELEMENT_WIDTH));
  const windows = elementWindows(machine, size, bytes).map((run) => ({ ...run, groups: groupsOf(run.size) }));
  return {
    kernel: {
      entry: kernel.entry,
      parts: [...kernel.parts, ...parts],
      constants: { WIDTH: ELEMENT_WIDTH, ...(!kernel.perLane && { PACK: pack }), ...kernel.constants, ...constants },
    },
    windows,
    plan: kernel.perLane ? undefined : { pack, windows },
  };
}
