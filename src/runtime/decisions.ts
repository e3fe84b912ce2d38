import type { Machine } from '../plan/machine.ts';

/** Decisions of one owner on one machine; an owner that has made as many starts over. */
const KEPT = 256;
/** Follows the last element of a list or an object. */
const END = Symbol('end');
const NONE = Symbol('none');

/** Plain data through and through: numbers, strings, booleans, and lists and objects of them. A tensor has methods. */
export type Plain<T> = T extends string | number | boolean | undefined
  ? T
  : T extends (...args: never[]) => unknown
    ? never
    : { readonly [K in keyof T]: Plain<T[K]> };

/** Facts that are compared by identity, since there is one object for each value. */
const constants = new WeakSet<object>();

/** Makes an object a fact that is quick to look up. Whoever makes it makes no second one with the same content. */
export function constantFact<T extends object>(fact: T): T {
  constants.add(fact);
  return Object.freeze(fact);
}

/**
 * What launches decide from facts and would decide again from the same ones: plans, and the parts of a variant. Kept by
 * the machine, by the object that it is about, such as a kernel, and by every single fact.
 */
export class Decisions {
  /** Decisions so far. */
  made = 0;
  readonly #known = new WeakMap<Machine, WeakMap<object, Facts>>();

  /** What `decide` gave when it was last asked about the same. What throws is asked again. */
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

/** What a map has for a key, made where it has nothing yet. */
function madeOnce<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** A tree whose branches are facts, in their order: nothing is joined to a key. */
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

  /** Where the facts lead from here. */
  after(facts: unknown): Facts {
    if (typeof facts !== 'object' || facts === null || constants.has(facts)) return this.next(facts);
    let at: Facts = this;
    if (Array.isArray(facts)) for (const fact of facts) at = at.after(fact);
    else for (const name in facts) at = at.next(name).after((facts as Record<string, unknown>)[name]);
    return at.next(END);
  }

  /** For another decision below a root, whose number is kept within bounds. */
  makeRoom(): void {
    if (this.#below++ < KEPT) return;
    this.#next = undefined;
    this.#below = 1;
  }
}
