// The entry point for Node, Deno and Bun: the host's own WebGPU if it has an adapter, otherwise Dawn (npm `webgpu`).

import { Backend } from './core/backend.ts';
import { NoAdapterError } from './core/errors.ts';
import { type DeviceOptions, openDevice } from './device/open.ts';

export * from './index.ts';

const DRIVERS: Partial<Record<NodeJS.Platform, string>> = {
  linux:
    "Install the graphics card's Vulkan driver and loader (Debian and Ubuntu: apt install libvulkan1 mesa-vulkan-drivers; NVIDIA: its own driver).",
  darwin: 'Metal is part of macOS: update to macOS 13 or later.',
  win32: "Install the graphics card's current driver (Direct3D 12 or Vulkan).",
};

/** What each host needs for Dawn, which Deno needs only if its own WebGPU is missing. */
const DAWN = {
  Node: 'Node needs the package `webgpu` in addition to gradfold: npm install webgpu',
  Bun: 'Bun needs the package `webgpu` in addition to gradfold: bun add webgpu',
  Deno: 'this Deno has no navigator.gpu: update it to Deno 2.1 or later',
};

function hostName(): keyof typeof DAWN {
  return 'Deno' in globalThis ? 'Deno' : 'Bun' in globalThis ? 'Bun' : 'Node';
}

function advice(): string {
  const driver = DRIVERS[process.platform] ?? `WebGPU has no driver for ${process.platform} here.`;
  return hostName() === 'Deno' ? `${driver} Unset DENO_WEBGPU_BACKEND if it is set: it hides other drivers.` : driver;
}

/**
 * Opens a backend on the caller's device or adapter; otherwise on the host's `navigator.gpu` if that has an adapter;
 * otherwise on Dawn (npm `webgpu`).
 * @throws NoAdapterError when there is no adapter, or `webgpu` is needed and not installed.
 */
export async function createBackend(options: DeviceOptions = {}): Promise<Backend> {
  if (options.device || options.adapter) return new Backend(await openDevice(undefined, options, advice()));
  const own = globalThis.navigator?.gpu;
  if (!own) return openOn(await dawn(), options);
  try {
    return await openOn(own, options);
  } catch (refusal) {
    if (!(refusal instanceof NoAdapterError)) throw refusal;
    const gpu = await dawn().catch(() => {
      throw refusal;
    });
    return openOn(gpu, options);
  }
}

/** Collecting Dawn's object while in use crashes the process, so the backend holds it as long as it lives. */
async function openOn(gpu: GPU, options: DeviceOptions): Promise<Backend> {
  return new Backend(await openDevice(gpu, options, advice()), gpu);
}

/**
 * @internal Opens a backend on a device that requests nothing. It has exactly the limits that a level of WebGPU
 * guarantees, and no optional features. Dawn enforces that on any hardware.
 */
export async function createLeastBackend(featureLevel: 'core' | 'compatibility'): Promise<Backend> {
  const gpu = await dawn();
  const adapter = await gpu.requestAdapter({ featureLevel });
  if (!adapter) throw new NoAdapterError(`createBackend: no WebGPU adapter was found. ${advice()}`);
  const opened = await openDevice(undefined, { device: await adapter.requestDevice() }, advice());
  return new Backend({ ...opened, owned: true }, gpu);
}

async function dawn(): Promise<GPU> {
  const { create } = await import('webgpu').catch((cause: unknown) => {
    throw new NoAdapterError(`createBackend: ${DAWN[hostName()]}`, { cause });
  });
  return create(process.env.GRADFOLD_DAWN_FLAGS?.split(';').filter(Boolean) ?? []);
}
