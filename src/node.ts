// The entry point for Node, with Dawn's WebGPU (npm `webgpu`).

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

function advice(): string {
  return DRIVERS[process.platform] ?? `Dawn has no build for ${process.platform}.`;
}

/**
 * Opens a backend on Dawn (npm `webgpu`), or on the caller's device or adapter.
 * @throws NoAdapterError when `webgpu` is not installed or finds no adapter.
 */
export async function createBackend(options: DeviceOptions = {}): Promise<Backend> {
  if (options.device || options.adapter) return new Backend(await openDevice(undefined, options, advice()));
  // Collecting this object while in use crashes the process, so the backend holds it as long as it lives.
  const gpu = await dawn();
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
    throw new NoAdapterError(
      'createBackend: Node needs the package `webgpu` in addition to gradfold: npm install webgpu',
      {
        cause,
      },
    );
  });
  return create(process.env.GRADFOLD_DAWN_FLAGS?.split(';').filter(Boolean) ?? []);
}
