import { type Choices, measuredChoices } from './profiles.ts';

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
  readonly mostInRegisters?: number;
  /** Whether a branch costs nothing where no lane takes it. */
  readonly skips: boolean;
  /** What was measured here; without it, plans go by the limits. */
  readonly choices?: Choices | undefined;
  /** Where set, every team folds this way: how the check and the tests reach all folds on one adapter. */
  readonly fold?: 'lane' | 'subgroup' | 'workgroup';
}

/** What an adapter calls itself. A browser may leave its description empty. */
export interface AdapterNames {
  readonly architecture: string;
  readonly description: string;
  readonly subgroupMinSize?: number | undefined;
  readonly subgroupMaxSize?: number | undefined;
}

/** What decides on a machine beside the device itself. */
export interface MachineOptions {
  /** Whether the adapter runs on the processor. */
  readonly software: boolean;
  /** Whether the compiler takes kernels that use subgroups. */
  readonly subgroups: boolean;
  /** What was measured on this very adapter. @default what is built in, where the adapter is known */
  readonly choices?: Choices | undefined;
}

/** The machine of a device, from its limits, its features and what its adapter says of itself. */
export function machineOf(
  limits: GPUSupportedLimits,
  features: { has(feature: string): boolean },
  adapter: AdapterNames,
  { software, subgroups, choices }: MachineOptions,
): Machine {
  const words = wordsOf(adapter);
  // The sizes that WebGPU allows, where the adapter does not tell its own.
  const { subgroupMinSize = 4, subgroupMaxSize = 128 } = adapter;
  const subgroup = subgroups ? { min: subgroupMinSize, max: subgroupMaxSize } : undefined;
  return {
    kind: software ? 'cpu' : 'gpu',
    maxBindingBytes: limits.maxStorageBufferBindingSize,
    maxBufferBytes: limits.maxBufferSize,
    // Teams are powers of two.
    maxInvocations:
      2 ** Math.floor(Math.log2(Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX))),
    maxGroups: limits.maxComputeWorkgroupsPerDimension,
    offsetAlignment: limits.minStorageBufferOffsetAlignment,
    subgroup,
    halves: features.has('shader-f16') ? 'native' : 'words',
    // SwiftShader runs both sides of every branch, under a mask.
    skips: !/swiftshader/i.test(words),
    choices: choices ?? measuredChoices(words, subgroup),
  };
}

/** All that an adapter calls itself, in one string. */
export function wordsOf({ architecture, description }: AdapterNames): string {
  return `${architecture} ${description}`;
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
