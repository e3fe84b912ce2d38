import type { Choices } from './profiles.ts';

/**
 * What plans know of an adapter: limits in bytes or counts as WebGPU names them, the range of subgroup sizes where
 * subgroups can be used, and whether a lane is a thread of a processor (then a barrier costs more than a row).
 */
export interface Machine {
  readonly kind: 'gpu' | 'cpu';
  readonly maxBindingBytes: number;
  readonly maxBufferBytes: number;
  readonly maxInvocations: number;
  readonly maxGroups: number;
  readonly offsetAlignment: number;
  readonly subgroup: { readonly min: number; readonly max: number } | undefined;
  /** How halves are stored one by one: natively (the feature shader-f16), or in their half of a shared word. */
  readonly halves: 'native' | 'words';
  /** Vectors of four that a lane may hold in registers, where that is not what its kind suggests. */
  readonly held?: number;
  /** Whether a branch costs nothing where no lane takes it. */
  readonly skips: boolean;
  /** What was measured here; without it, plans go by the limits. */
  readonly choices?: Choices | undefined;
  /** Where set, every team folds this way: how the check and the tests reach all folds on one adapter. */
  readonly fold?: 'lane' | 'subgroup' | 'workgroup';
}

/** The least that WebGPU promises, without subgroups: what `--limits default` asks for. */
export const DEFAULT_MACHINE: Machine = {
  kind: 'gpu',
  maxBindingBytes: 128 * 2 ** 20,
  maxBufferBytes: 256 * 2 ** 20,
  maxInvocations: 256,
  maxGroups: 65535,
  offsetAlignment: 256,
  subgroup: undefined,
  halves: 'words',
  skips: true,
};
