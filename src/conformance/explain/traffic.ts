import { bytesOf } from '../../core/data.ts';
import type { Machine } from '../../plan/machine.ts';
import { askedOf } from '../../plan/matmul.ts';
import { type KernelSource, link, sourceKey } from '../../runtime/link.ts';
import type { Storage } from '../../runtime/pool.ts';
import type { Launch, Slice } from '../../runtime/runtime.ts';
import { type Access, accessesOf } from './access.ts';

/** Bytes between memory and the kernels of an op, as if only short rows on a CPU stayed in a cache. */
export interface Traffic {
  readonly moved: number;
  /**
   * Each input read once and each result written once, as far as any kernel touches them: a lower bound for all plans.
   */
  readonly least: number;
}

/** The launches of one kernel by one plan, in order. There are several if tensors are larger than bindings. */
export interface Step {
  readonly kernel: KernelSource;
  readonly launches: readonly Launch[];
}

/** A tensor, or the known part of one. */
type Place = Pick<Slice, 'storage' | 'byteOffset' | 'size' | 'dtype'>;

/** The largest row, in bytes, that is still in a CPU's cache when it is read again. */
const CACHED = 2 ** 18;

/** Groups launches by kernel and plan, in the order of their first occurrence. */
export function stepsOf(launches: readonly Launch[]): Step[] {
  const steps: { kernel: KernelSource; launches: Launch[] }[] = [];
  for (const launch of launches) {
    const key = sourceKey(launch.kernel);
    const step = steps.find(
      ({ kernel, launches: [first] }) => first?.plan === launch.plan && sourceKey(kernel) === key,
    );
    if (step) step.launches.push(launch);
    else steps.push({ kernel: launch.kernel, launches: [launch] });
  }
  return steps;
}

/** Returns the traffic of launches between inputs, intermediates and `results`, the tensors that the caller keeps. */
export function trafficOf(machine: Machine, launches: readonly Launch[], results: readonly Place[]): Traffic {
  const linked = new Map(launches.map(({ kernel }) => [kernel, accessesOf(link(kernel, 'kept'))]));
  const accessesIn = ({ kernel }: Pick<Launch, 'kernel'>) => linked.get(kernel) as ReadonlyMap<string, Access>;
  const inputs = inputsOf(launches, accessesIn);
  /** The bytes of the inputs that kernels read, each once, and of the parts that they bind. */
  const seen = new Map<Storage, { bytes: number; readonly places: Place[] }>();
  const updated: Place[] = [];
  let moved = 0;
  for (const step of stepsOf(launches)) {
    for (const [name, access] of accessesIn(step)) {
      for (const { storage, bytes, places } of touchedIn(step.launches, name, access)) {
        const reads = access.reads > 1 && staysCached(machine, step.launches[0] as Launch) ? 1 : access.reads;
        moved += bytes * (reads + (access.writes ? 1 : 0));
        if (!inputs.has(storage)) continue;
        if (access.writes) updated.push(...places);
        const known = seen.get(storage) ?? { bytes: 0, places: [] };
        known.places.push(...places);
        seen.set(storage, { ...known, bytes: known.bytes + (reads > 0 ? bytes : 0) });
      }
    }
  }
  const read = [...seen.values()].map(({ bytes, places }) => Math.min(bytes, extentOf(places)));
  const written = byStorage([...results, ...updated]).map(extentOf);
  return { moved, least: [...read, ...written].reduce((sum, bytes) => sum + bytes, 0) };
}

/** The bindings that are read before any launch has written them. */
function inputsOf(
  launches: readonly Launch[],
  accessesIn: (launch: Launch) => ReadonlyMap<string, Access>,
): ReadonlySet<Storage> {
  const inputs = new Set<Storage>();
  const written = new Set<Storage>();
  for (const launch of launches) {
    const bound = [...accessesIn(launch)].map(([name, access]) => ({ ...access, storage: launch.bind[name]?.storage }));
    for (const { storage, reads } of bound) if (storage && reads > 0 && !written.has(storage)) inputs.add(storage);
    for (const { storage, writes } of bound) if (storage && writes) written.add(storage);
  }
  return inputs;
}

/** Bytes of a binding that the launches touch, by storage. Overlapping windows count once. */
function touchedIn(launches: readonly Launch[], name: string, access: Access) {
  const bound = launches.flatMap((launch) => {
    const slice = launch.bind[name];
    return slice && slice.size > 0 ? [{ ...slice, ...elementsOf(launch, name, slice, access) }] : [];
  });
  return byStorage(bound).map((places) => {
    const bytes = places.reduce((sum, { dtype, elements }) => sum + bytesOf(dtype) * elements, 0);
    const again = places.some((place) => place.again);
    const { storage } = places[0] as Place;
    return { storage, places, bytes: again ? bytes : Math.min(bytes, extentOf(places)) };
  });
}

/** Elements of a binding that a launch touches; `again` if it fetches some of them several times. */
function elementsOf(launch: Launch, name: string, { size }: Slice, { picks }: Access) {
  const { plan, params, touched = {} } = launch;
  const asked = plan && 'tiles' in plan && (name === 'a' || name === 'b');
  if (asked) return { elements: askedOf(plan, params as Parameters<typeof askedOf>[1]), again: true };
  if (touched[name] !== undefined) return { elements: Math.min(size, touched[name]), again: false };
  return { elements: picks ? Math.min(size, params.rows as number) : size, again: false };
}

function byStorage<T extends Place>(places: readonly T[]): (readonly T[])[] {
  const groups = new Map<Storage, T[]>();
  for (const place of places) groups.set(place.storage, [...(groups.get(place.storage) ?? []), place]);
  return [...groups.values()];
}

/** Bytes of one storage that tensors cover. Overlaps count once. */
function extentOf(places: readonly Place[]): number {
  const ranges = places
    .map(({ byteOffset, size, dtype }) => [byteOffset, byteOffset + bytesOf(dtype) * size] as const)
    .sort(([a], [b]) => a - b);
  let bytes = 0;
  let covered = 0;
  for (const [from, to] of ranges) {
    bytes += Math.max(0, to - Math.max(from, covered));
    covered = Math.max(covered, to);
  }
  return bytes;
}

/** Whether a row is still in a CPU's cache when it is read again: if it is short and not sliced between teams. */
function staysCached({ kind }: Machine, { bind, params }: Launch): boolean {
  const { rows, cols, slices } = params as Record<string, number>;
  if (kind !== 'cpu' || slices !== 1 || rows === undefined || cols === undefined) return false;
  const ofRows = Object.values(bind).filter((slice) => slice?.size === rows * cols) as Slice[];
  return ofRows.reduce((sum, { dtype }) => sum + bytesOf(dtype) * cols, 0) <= CACHED;
}
