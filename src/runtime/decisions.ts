import type { Machine } from '../plan/machine.ts';

/** Decisions kept per owner and machine. When an owner exceeds this number, its decisions are cleared. */
const KEPT = 256;
/** Marks the end of a list or an object. */
const END = Symbol('end');
const NONE = Symbol('none');

/** Plain data: numbers, strings, booleans, and lists and objects of these. Methods exclude tensors. */
export type Plain<T> = T extends string | number | boolean | undefined
  ? T
  : T extends (...args: never[]) => unknown
    ? never
    : { readonly [K in keyof T]: Plain<T[K]> };

/** Facts that are compared by identity, since there is only one object per value. */
const constants = new WeakSet<object>();

/**
 * Marks an object as a fact that is compared by identity. The caller must not make a second one with the same content.
 */
export function constantFact<T extends object>(fact: T): T {
  constants.add(fact);
  return Object.freeze(fact);
}

/**
 * Caches what launches decide from facts: plans, and the parts of a variant. The key is the machine, the object that
 * the decision is about (such as a kernel), and every fact.
 */
export class Decisions {
  /** The number of decisions so far. */
  made = 0;
  readonly #known = new WeakMap<Machine, WeakMap<object, Facts>>();

  /** Returns the cached result of `decide` for these arguments, or calls it. A call that throws is not cached. */
  recall<O extends object, F, T>(
    machine: Machine,
    owner: O,
    facts: F & Plain<F>,
    decide: (facts: F, machine: Machine, owner: O) => T,
  ): T {
    const root = this.#of(machine, owner);
    const known = root.next(decide).after(facts).decided;
    if (known !== NONE) return known as T;
    this.made++;
    root.makeRoom();
    const decided = decide(facts, machine, owner);
    root.next(decide).after(facts).decided = decided;
    return decided;
  }

  #of(machine: Machine, owner: object): Facts {
    const byOwner = madeOnce(this.#known, machine, () => new WeakMap<object, Facts>());
    return madeOnce(byOwner, owner, () => new Facts());
  }
}

/** Returns a map's value for a key. Creates the value if it is missing. */
function madeOnce<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** A tree whose branches are facts, in order, so no key string is built. */
class Facts {
  decided: unknown = NONE;
  #below = 0;
  #next: Map<unknown, Facts> | undefined;

  next(fact: unknown): Facts {
    this.#next ??= new Map();
    let next = this.#next.get(fact);
    if (next === undefined) {
      next = new Facts();
      this.#next.set(fact, next);
    }
    return next;
  }

  /** Returns the node that the facts lead to from here. */
  after(facts: unknown): Facts {
    if (typeof facts !== 'object' || facts === null || constants.has(facts)) return this.next(facts);
    let at: Facts = this;
    if (Array.isArray(facts)) for (const fact of facts) at = at.after(fact);
    else for (const name in facts) at = at.next(name).after((facts as Record<string, unknown>)[name]);
    return at.next(END);
  }

  /** Makes room for another decision below a root: clears them all when there are too many. */
  makeRoom(): void {
    if (this.#below++ < KEPT) return;
    this.#next = undefined;
    this.#below = 1;
  }
}
