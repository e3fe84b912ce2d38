import type { Machine } from '../plan/machine.ts';

/** Of one owner on one machine; an owner that has decided on as many starts over. */
const KEPT = 256;

/**
 * What launches decide from a few facts and would decide again by the same ones: plans, and the parts of a variant. Kept
 * by the machine, by the object that it is about, such as a kernel, and by a key that says all else that it depends on.
 */
export class Decisions {
  readonly #known = new WeakMap<Machine, WeakMap<object, Map<string, unknown>>>();

  /** What `decide` gave when it was last asked about the same. What throws is asked again. */
  recall<T>(machine: Machine, owner: object, key: string, decide: (machine: Machine) => T): T {
    const known = this.#of(machine, owner);
    const found = known.get(key);
    if (found !== undefined) return found as T;
    const decided = decide(machine);
    if (known.size >= KEPT) known.clear();
    known.set(key, decided);
    return decided;
  }

  #of(machine: Machine, owner: object): Map<string, unknown> {
    let byOwner = this.#known.get(machine);
    if (!byOwner) {
      byOwner = new WeakMap();
      this.#known.set(machine, byOwner);
    }
    let known = byOwner.get(owner);
    if (!known) {
      known = new Map();
      byOwner.set(owner, known);
    }
    return known;
  }
}
