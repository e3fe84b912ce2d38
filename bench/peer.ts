import type { Case, Inputs } from './case.ts';

/** Another library on the same adapter, on a device of its own. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly device: GPUDevice;
  /** What the device reported and the library did not, so far. */
  readonly errors: readonly string[];
  /** @returns undefined where the library has no such op; `reason` says why */
  prepare(one: Case, inputs: Inputs): Promise<PeerCall | undefined>;
  reason(one: Case): string | undefined;
  /** Puts on the queue what the library has kept back. */
  flush(): void;
}

export interface PeerCall {
  /** Which of the library's public functions it is. */
  readonly note: string;
  run(): void | Promise<void>;
  /** Of the latest run, by name. */
  results(): Promise<Record<string, ArrayLike<number>>>;
  dispose(): void;
}
