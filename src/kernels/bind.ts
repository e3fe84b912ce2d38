import { constantFact } from '../runtime/decisions.ts';
import type { Launch, Runtime, Slice } from '../runtime/runtime.ts';
import { sliceOf, type Traits, traitsOf } from './slices.ts';

/** How a kernel uses a binding. Determines the range that a window covers, and the parts that access it. */
export type Use =
  | 'read'
  | 'write'
  | 'update'
  | 'own'
  | 'perRow'
  | 'summed'
  | 'result'
  | 'perColumn'
  | 'scalar'
  | 'shared'
  | 'perChannel'
  | 'perBlock';

/** A binding of a launch. A kernel never reads a binding without a slice. */
export interface Bound<S extends Slice = Slice> {
  readonly use: Use;
  readonly slice: S | undefined;
  /** The kernel's name for the output that replaces the slice in place. */
  readonly output?: string;
}

/** The bindings of a launch, by their names in the kernel. */
export type Bindings<S extends Slice = Slice> = Readonly<Record<string, Bound<S>>>;

const tag =
  (use: Use) =>
  <S extends Slice>(slice: S | undefined): Bound<S> => ({ use, slice });
/** Elements that the kernel reads with `quad_...` and `one_...`. */
export const read = tag('read');
/** Elements that the kernel writes with `put4_...` and `put1_...`. */
export const write = tag('write');
/** Elements that the kernel reads, and overwrites as `output`. */
export const update = <S extends Slice>(slice: S | undefined, output: string): Bound<S> => ({
  use: 'update',
  slice,
  output,
});
/** Elements of a binding that the kernel itself declares. */
export const own = tag('own');
/** One element per row, of a binding that the kernel itself declares. */
export const perRow = tag('perRow');
/** One value per row, or the sum of those of a workgroup, as the plan decides. */
export const summed = tag('summed');
/**
 * One element per row, or the fold of a block of channels, which the kernel writes with `put1_...` or its own parts.
 */
export const result = tag('result');
/** One element per column, which the kernel reads with `one_...`. */
export const perColumn = tag('perColumn');
/** A few elements that every lane reads with `one_...`. */
export const scalar = tag('scalar');
/** A slice bound in full for every row, of a binding that the kernel itself declares. */
export const shared = tag('shared');
/** One element per channel. */
export const perChannel = tag('perChannel');
export const eachPerChannel = (slices: Readonly<Record<string, Slice | undefined>>): Bindings =>
  Object.fromEntries(Object.entries(slices).map(([name, slice]) => [name, perChannel(slice)]));
/** One or more rows with one element per channel of a block. */
export const perBlock = tag('perBlock');

/** What the parts for a binding depend on. */
export interface BoundTraits {
  readonly use: Use;
  readonly traits: Traits | undefined;
  readonly output?: string | undefined;
}

/** One object per use and traits. */
const KNOWN = new Map<Use, Map<Traits | undefined, BoundTraits>>();

function boundTraits({ use, slice, output }: Bound): BoundTraits {
  const traits = traitsOf(slice);
  if (output !== undefined) return { use, traits, output };
  let ofUse = KNOWN.get(use);
  if (!ofUse) {
    ofUse = new Map();
    KNOWN.set(use, ofUse);
  }
  let known = ofUse.get(traits);
  if (!known) {
    known = constantFact({ use, traits });
    ofUse.set(traits, known);
  }
  return known;
}

/** The facts of bindings, by name. */
export type BindingFacts = Readonly<Record<string, BoundTraits>>;

export function factsOf(bindings: Bindings): BindingFacts {
  const facts: Record<string, BoundTraits> = {};
  for (const name in bindings) facts[name] = boundTraits(bindings[name] as Bound);
  return facts;
}

/** The range of a slice that a window covers, in elements; `undefined` means all of it. */
export type RangeOf<W> = (use: Use, window: W, slice: Slice) => readonly [start: number, size: number] | undefined;

/** Returns the slices to bind for a window. */
export function bindWindow<W>(bindings: Bindings, window: W, rangeOf: RangeOf<W>): Record<string, Slice | undefined> {
  const bind: Record<string, Slice | undefined> = {};
  for (const name in bindings) {
    const { use, slice } = bindings[name] as Bound;
    const range = slice && rangeOf(use, window, slice);
    bind[name] = range ? sliceOf(slice, range[0], range[1]) : slice && sliceOf(slice);
  }
  return bind;
}

/** One dispatch per window. */
export interface WindowsLaunch<W> extends Pick<Launch, 'op' | 'kernel' | 'causes' | 'plan'> {
  readonly bind: Bindings;
  readonly windows: readonly W[];
}

/** Records one dispatch per window. */
export function launchWindows<W extends { readonly groups: number }>(
  runtime: Runtime,
  { op, kernel, bind, windows, causes, plan }: WindowsLaunch<W>,
  rangeOf: RangeOf<W>,
  paramsOf: (window: W) => Launch['params'],
): void {
  for (const window of windows) {
    const { groups } = window;
    const bound = bindWindow(bind, window, rangeOf);
    runtime.launch({ op, kernel, bind: bound, params: paramsOf(window), groups, causes, plan });
  }
}
