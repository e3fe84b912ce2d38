import { type Choices, measuredChoices } from './profiles.ts';

/**
 * What plans know about an adapter: its limits, in bytes or counts; the range of subgroup sizes if subgroups can be
 * used; and whether it runs on the CPU, where a barrier costs more than a row.
 */
export interface Machine {
  readonly kind: 'gpu' | 'cpu';
  readonly maxBindingBytes: number;
  readonly maxBufferBytes: number;
  readonly maxInvocations: number;
  readonly maxGroups: number;
  readonly offsetAlignment: number;
  readonly subgroup: { readonly min: number; readonly max: number } | undefined;
  /** How single halves are stored: natively (the feature shader-f16), or as half of a shared word. */
  readonly halves: 'native' | 'words';
  /** Whether f16 vectors can be bitcast from words, so that halves are stored natively without conversion. */
  readonly halfBits: boolean;
  /** How halves become f32: by `unpack2x16float` where a probe found it exact, else by integers. */
  readonly widen: 'unpack' | 'integers';
  /** How f32 becomes halves: by `pack2x16float` or the type f16 where they round to nearest even, else by integers. */
  readonly narrow: 'pack' | 'types' | 'integers';
  /** Whether a probe bounded the error of the built-in `exp2`. */
  readonly exp2: 'bounded' | 'unknown';
  /** Whether a probe found the built-in `exp2` within 3 ulp of its value from 0 down. */
  readonly exp2Below: boolean;
  /** Vectors of four that a lane may hold in registers. @default 16 */
  readonly mostInRegisters?: number;
  /** Whether a branch that no lane takes is free. */
  readonly skips: boolean;
  /** The measured choices; without them, plans follow a model of the limits. */
  readonly choices?: Choices | undefined;
  /** If set, every team folds this way. The check and the tests use it to run all folds on one adapter. */
  readonly fold?: 'lane' | 'subgroup' | 'workgroup';
}

/** What an adapter does beyond what WGSL promises, as probed. False where it does not, or where a probe did not run. */
export interface Probed {
  /** Whether `unpack2x16float` is exact for every half; WGSL lets it flush subnormals. */
  readonly unpack: boolean;
  /** Whether `pack2x16float` rounds to nearest even; WGSL lets it round either way. */
  readonly pack: boolean;
  /** Whether conversions between f32 and f16 are exact one way and round to nearest even the other. */
  readonly f16: boolean;
  /** Whether the compiler has bitcasts between f16 vectors and words, and they show the same. */
  readonly f16Bits: boolean;
  /** Whether `exp2` is within 2^-22 of its value on [-1/2, 1/2], and within 2^-18 down to -26. */
  readonly exp2: boolean;
  /** Whether `exp2` is within 3 ulp of its value on [-126, 0], and nothing below that. */
  readonly exp2Below: boolean;
}

/** The names of an adapter. A browser may leave the description empty. */
export interface AdapterNames {
  readonly architecture: string;
  readonly description: string;
  readonly subgroupMinSize?: number | undefined;
  readonly subgroupMaxSize?: number | undefined;
}

/** What determines a machine besides the device. */
export interface MachineOptions {
  /** Whether the adapter runs on the CPU. */
  readonly software: boolean;
  /** Whether the compiler accepts kernels that use subgroups. */
  readonly subgroups: boolean;
  /** What the adapter does beyond what WGSL promises. */
  readonly probed: Probed;
  /** Choices measured on this adapter. @default the built-in ones, for known adapters */
  readonly choices?: Choices | undefined;
}

/** Returns the machine of a device, from its limits, its features and the names of its adapter. */
export function machineOf(
  limits: GPUSupportedLimits,
  features: { has(feature: string): boolean },
  adapter: AdapterNames,
  { software, subgroups, probed, choices }: MachineOptions,
): Machine {
  const words = wordsOf(adapter);
  // The range that WebGPU allows, if the adapter does not report its own.
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
    halves: features.has('shader-f16') && probed.f16 ? 'native' : 'words',
    halfBits: probed.f16Bits,
    widen: probed.unpack ? 'unpack' : 'integers',
    narrow: narrowOf(probed),
    exp2: probed.exp2 ? 'bounded' : 'unknown',
    exp2Below: probed.exp2Below,
    // SwiftShader executes both sides of every branch under a mask.
    skips: !/swiftshader/i.test(words),
    choices: choices ?? measuredChoices(words, subgroup),
  };
}

function narrowOf({ pack, f16Bits }: Probed): Machine['narrow'] {
  if (pack) return 'pack';
  return f16Bits ? 'types' : 'integers';
}

/** Returns the names of an adapter as one string. */
export function wordsOf({ architecture, description }: AdapterNames): string {
  return `${architecture} ${description}`;
}

/** The minimum that WebGPU guarantees, without subgroups: what `--limits default` requests. */
export const DEFAULT_MACHINE: Machine = {
  kind: 'gpu',
  maxBindingBytes: 128 * 2 ** 20,
  maxBufferBytes: 256 * 2 ** 20,
  maxInvocations: 256,
  maxGroups: 65535,
  offsetAlignment: 256,
  subgroup: undefined,
  halves: 'words',
  halfBits: false,
  widen: 'integers',
  narrow: 'integers',
  exp2: 'unknown',
  exp2Below: false,
  skips: true,
};
