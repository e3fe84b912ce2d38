/** Of one owner; an owner that has decided on as many starts over. */
const KEPT = 256;

/**
 * What launches decide from a few facts and would decide again by the same ones: plans, and the parts of a variant. Kept
 * by the object that it is about, such as a kernel, and a key that says all else that it depends on.
 */
export class Decisions {
  readonly #byOwner = new WeakMap<object, Map<string, unknown>>();

  /** What `decide` gave when it was last asked with this key. What throws is asked again. */
  recall<T>(owner: object, key: string, decide: () => T): T {
    let known = this.#byOwner.get(owner);
    if (!known) {
      known = new Map();
      this.#byOwner.set(owner, known);
    }
    const found = known.get(key);
    if (found !== undefined) return found as T;
    const decided = decide();
    if (known.size >= KEPT) known.clear();
    known.set(key, decided);
    return decided;
  }
}
