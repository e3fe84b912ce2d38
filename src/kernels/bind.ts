import { constantFact } from '../runtime/decisions.ts';
import type { Launch, Runtime, Slice } from '../runtime/runtime.ts';
import { sliceOf, type Traits, traitsOf } from './slices.ts';

/** What a kernel does with a binding: which run of it a window has, and how the kernel's text reaches it. */
export type Use =
  | 'read'
  | 'write'
  | 'update'
  | 'own'
  | 'perRow'
  | 'result'
  | 'perColumn'
  | 'scalar'
  | 'shared'
  | 'perChannel'
  | 'perBlock';

/** A binding of a launch; one without a slice is declared by the kernel and never read. */
export interface Bound<S extends Slice = Slice> {
  readonly use: Use;
  readonly slice: S | undefined;
  /** What is written in the slice's place, by its name in the kernel. */
  readonly output?: string;
}

/** The bindings of a launch by the names that the kernel gives them. */
export type Bindings<S extends Slice = Slice> = Readonly<Record<string, Bound<S>>>;

const tag =
  (use: Use) =>
  <S extends Slice>(slice: S | undefined): Bound<S> => ({ use, slice });
/** Elements that the kernel reads, by `quad_...` and `one_...`. */
export const read = tag('read');
/** Elements that it writes, by `put4_...` and `put1_...`. */
export const write = tag('write');
/** Elements that it reads, and writes in their place as `output`. */
export const update = <S extends Slice>(slice: S | undefined, output: string): Bound<S> => ({
  use: 'update',
  slice,
  output,
});
/** Elements of a dtype that the kernel's own text declares. */
export const own = tag('own');
/** An element a row, of a dtype that the kernel's own text declares. */
export const perRow = tag('perRow');
/** An element a row, or what a fold leaves of a block of channels, that the kernel writes by `put1_...` or its own parts. */
export const result = tag('result');
/** An element a column, which the kernel reads by `one_...`. */
export const perColumn = tag('perColumn');
/** A few elements that every lane reads by `one_...`. */
export const scalar = tag('scalar');
/** What every row sees whole, of a dtype that the kernel's own text declares. */
export const shared = tag('shared');
/** An element a channel. */
export const perChannel = tag('perChannel');
export const eachPerChannel = (slices: Readonly<Record<string, Slice | undefined>>): Bindings =>
  Object.fromEntries(Object.entries(slices).map(([name, slice]) => [name, perChannel(slice)]));
/** An element for each channel of a block, in one row or several. */
export const perBlock = tag('perBlock');

/** What the parts of a binding depend on. */
export interface BoundTraits {
  readonly use: Use;
  readonly traits: Traits | undefined;
  readonly output?: string | undefined;
}

/** One object for each use and traits. */
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

/** The facts of bindings, by their names. */
export type BindingFacts = Readonly<Record<string, BoundTraits>>;

export function factsOf(bindings: Bindings): BindingFacts {
  const facts: Record<string, BoundTraits> = {};
  for (const name in bindings) facts[name] = boundTraits(bindings[name] as Bound);
  return facts;
}

/** Where a window's part of a slice starts and how many elements it has, by the slice's use; `undefined` is all of it. */
export type RangeOf<W> = (use: Use, window: W, slice: Slice) => readonly [start: number, size: number] | undefined;

/** What is bound for a window. */
export function bindWindow<W>(bindings: Bindings, window: W, rangeOf: RangeOf<W>): Record<string, Slice | undefined> {
  const bind: Record<string, Slice | undefined> = {};
  for (const name in bindings) {
    const { use, slice } = bindings[name] as Bound;
    const range = slice && rangeOf(use, window, slice);
    bind[name] = range ? sliceOf(slice, range[0], range[1]) : slice && sliceOf(slice);
  }
  return bind;
}

/** A dispatch for each of several windows. */
export interface WindowsLaunch<W> extends Pick<Launch, 'op' | 'kernel' | 'causes' | 'plan'> {
  readonly bind: Bindings;
  readonly windows: readonly W[];
}

/** Records a dispatch for each window. */
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
