import { GradfoldError, NoAdapterError } from '../core/errors.ts';
import { type Machine, machineOf, wordsOf } from '../plan/machine.ts';
import { checkProfile, type Profile } from '../plan/profiles.ts';
import { probe } from './probe.ts';

/** How to find a device; see `createBackend`. */
export interface DeviceOptions {
  /** The caller's device. It is used as is and never destroyed. */
  device?: GPUDevice;
  /** The caller's adapter, from which a device is opened. */
  adapter?: GPUAdapter;
  powerPreference?: GPUPowerPreference;
  /** Whether a software adapter is acceptable. @default true */
  software?: boolean;
  /**
   * The profile that `gradfold tune` measured on this adapter.
   * @default built-in choices for known adapters, else a model based on the limits
   */
  profile?: Profile;
}

/** What an adapter reports about itself. */
export interface BackendInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Whether the adapter runs on the CPU. */
  readonly software: boolean;
  readonly features: string[];
}

export interface OpenDevice {
  readonly device: GPUDevice;
  readonly info: BackendInfo;
  readonly machine: Machine;
  /** Whether it was opened here, and is destroyed with the backend. */
  readonly owned: boolean;
}

const WANTED_FEATURES = ['shader-f16', 'subgroups', 'subgroup-size-control', 'timestamp-query'];

const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupStorageSize',
  'maxStorageBuffersPerShaderStage',
] as const;

/**
 * Opens a device with the adapter's largest limits and the optional features that Gradfold uses.
 * @throws NoAdapterError with `advice` when there is no adapter, or only a software one and `software` is false.
 */
export async function openDevice(gpu: GPU | undefined, options: DeviceOptions, advice: string): Promise<OpenDevice> {
  const { profile } = options;
  if (options.device) {
    if (profile) checkProfile(profile, options.device.adapterInfo);
    return describe(options.device, false, profile);
  }
  const { powerPreference } = options;
  const adapter = options.adapter ?? (await gpu?.requestAdapter(powerPreference ? { powerPreference } : {}));
  if (!adapter) throw new NoAdapterError(`createBackend: no WebGPU adapter was found. ${advice}`);
  if (options.software === false && isSoftware(adapter.info)) {
    throw new NoAdapterError(
      `createBackend: software is false, and the only adapter found is a software one (${adapter.info.description}). ${advice}`,
    );
  }
  if (profile) checkProfile(profile, adapter.info);
  const requiredLimits: Record<string, number> = {};
  for (const limit of WANTED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[];
  return describe(await adapter.requestDevice({ requiredFeatures, requiredLimits }), true, profile);
}

/** Returns what an adapter reports about itself, with the given features. */
export function infoOf(adapter: GPUAdapterInfo, features: Iterable<string>): BackendInfo {
  const { vendor, architecture, description } = adapter;
  return { vendor, architecture, description, software: isSoftware(adapter), features: [...features].sort() };
}

async function describe(device: GPUDevice, owned: boolean, profile?: Profile): Promise<OpenDevice> {
  const adapter = device.adapterInfo;
  if (!adapter) throw new GradfoldError('createBackend: this WebGPU is too old: GPUDevice.adapterInfo is missing');
  const info = infoOf(adapter, device.features);
  const [subgroups, probed] = await Promise.all([compilesSubgroups(device), probe(device)]);
  const machine = machineOf(device.limits, device.features, adapter, {
    software: info.software,
    subgroups,
    probed,
    choices: profile && { rows: profile.rows },
  });
  return { device, info, machine, owned };
}

function isSoftware(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter === true || /swiftshader|llvmpipe|basic render/i.test(wordsOf(info));
}

/**
 * Whether kernels may fold with subgroups. This takes the device's feature, and the language feature `subgroup_id`. The
 * caller's device does not tell about language features, so the compiler is asked.
 */
async function compilesSubgroups(device: GPUDevice): Promise<boolean> {
  if (!device.features.has('subgroups')) return false;
  device.pushErrorScope('validation');
  device.createShaderModule({ code: 'enable subgroups;\nrequires subgroup_id;' });
  return (await device.popErrorScope()) === null;
}
