import { ELEMENT_WORKGROUP_SIZE, type ElementWindow, planElements } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import type { Launch, Runtime } from '../runtime/runtime.ts';
import { type BindingFacts, type Bindings, factsOf, launchWindows, type RangeOf, type Use } from './bind.ts';
import { boundParts, type Parts } from './parts.ts';
import { elementSizes } from './slices.ts';

type Constants = Readonly<Record<string, number | boolean>>;

/** A kernel in which each lane processes a few neighboring elements, at the same indices of every tensor. */
export interface ElementKernel {
  readonly entry: string;
  readonly parts: Parts;
  readonly constants?: Constants;
  /** Elements per lane; with 1, no vectors are used. @default 4, or 8 if a tensor has halves (PACK) */
  readonly perLane?: number;
}

/** One pass over `size` elements. */
export interface ElementLaunch extends Pick<Launch, 'op' | 'causes'> {
  readonly kernel: ElementKernel;
  readonly size: number;
  readonly bind: Bindings;
  /** Parameters in addition to the size of a window. */
  readonly params?: Launch['params'] | ((window: ElementWindow) => Launch['params']);
  readonly constants?: Constants;
}

/** Records one dispatch per window that the bindings can hold. */
export function launchElements(runtime: Runtime, launch: ElementLaunch): void {
  const { op, size, bind, params, constants, causes } = launch;
  const facts = { size, bind: factsOf(bind), constants };
  const { kernel, windows, plan } = runtime.decide(launch.kernel, facts, decideElements);
  launchWindows(runtime, { op, kernel, bind, windows, causes, plan }, elementsIn, (window) => {
    const { size } = window;
    return params ? { size, ...(typeof params === 'function' ? params(window) : params) } : { size };
  });
}

/** Whether a binding has one element per element of a window. */
const byElement = (use: Use) => use === 'read' || use === 'write' || use === 'update' || use === 'own';
export const elementsIn: RangeOf<ElementWindow> = (use, { first, size }) =>
  byElement(use) ? [first, size] : undefined;

interface ElementFacts {
  readonly size: number;
  readonly bind: BindingFacts;
  readonly constants: Constants | undefined;
}

function decideElements({ size, bind, constants: given }: ElementFacts, machine: Machine, kernel: ElementKernel) {
  const bindings = Object.entries(bind);
  const sizes = elementSizes(bindings.flatMap(([, { use, traits }]) => (byElement(use) ? [traits] : [])));
  const { windows, pack } = planElements(machine, size, sizes, kernel.perLane);
  const inQuads = kernel.perLane !== 1;
  const io = bindings.flatMap(([name, bound]) => {
    const { aligned, owned } = bound.traits ?? { aligned: true, owned: true };
    return boundParts(machine, name, bound, inQuads && aligned, inQuads && owned);
  });
  const packed = kernel.perLane === undefined;
  const constants = {
    WORKGROUP_SIZE: ELEMENT_WORKGROUP_SIZE,
    ...(packed && { PACK: pack }),
    ...kernel.constants,
    ...given,
  };
  return {
    kernel: { entry: kernel.entry, parts: [...kernel.parts, ...io], constants },
    windows,
    plan: packed ? { pack, windows } : undefined,
  };
}
