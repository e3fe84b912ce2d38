import type { Case, Inputs } from './case.ts';

/** Another library on its own device of the same adapter. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly device: GPUDevice;
  /** Device errors that the library has not reported, so far. */
  readonly errors: readonly string[];
  /** @returns undefined when the library has no such op; `reason` says why */
  prepare(one: Case, inputs: Inputs): Promise<PeerCall | undefined>;
  reason(one: Case): string | undefined;
  /** Submits the work that the library still holds back. */
  flush(): void;
}

export interface PeerCall {
  /** The public function of the library. */
  readonly note: string;
  run(): void | Promise<void>;
  /** The results of the latest run, by name. */
  results(): Promise<Record<string, ArrayLike<number>>>;
  dispose(): void;
}
