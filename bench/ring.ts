import type { Results } from './case.ts';

/** The number of results alive at once. A call that overwrites the previous call's result would have to wait for it. */
export const OUTPUTS = 3;

/** Keeps the results of the last few calls, so that their memory is reused in turn. */
export class Ring {
  readonly #call: () => Results;
  readonly #kept: Results[] = [];

  constructor(call: () => Results) {
    this.#call = call;
  }

  next(): void {
    if (this.#kept.length >= OUTPUTS) this.#drop();
    this.#kept.push(this.#call());
  }

  /** The latest results. */
  async read(): Promise<Record<string, ArrayLike<number>>> {
    const values: Record<string, ArrayLike<number>> = {};
    for (const [name, tensor] of Object.entries(this.#kept.at(-1) ?? {})) values[name] = await tensor.data();
    return values;
  }

  dispose(): void {
    while (this.#kept.length > 0) this.#drop();
  }

  #drop(): void {
    for (const tensor of Object.values(this.#kept.shift() ?? {})) tensor.dispose();
  }
}
