import type { Backend } from '../backend.ts';
import { createBackend } from '../device/node.ts';
import { NoAdapterError } from '../errors.ts';

/** A backend for the length of a command, and whatever it stands on. */
export interface Opened extends AsyncDisposable {
  readonly backend: Backend;
}

/** Opens a backend: with the adapter's largest limits, or with 'default' on a device that asked for nothing. */
export async function openForCommand(limits?: 'default'): Promise<Opened> {
  if (limits === undefined) {
    const backend = await createBackend();
    return { backend, [Symbol.asyncDispose]: () => backend.dispose() };
  }
  const { create } = await import('webgpu');
  // Dawn's process dies when this object is collected while in use.
  const dawn = { gpu: create(process.env.GRADFOLD_DAWN_FLAGS?.split(';').filter(Boolean) ?? []) as GPU | undefined };
  const adapter = await dawn.gpu?.requestAdapter();
  if (!adapter) throw new NoAdapterError('gradfold: no WebGPU adapter was found');
  const device = await adapter.requestDevice();
  const backend = await createBackend({ device });
  const close = async () => {
    await backend.dispose();
    device.destroy();
    dawn.gpu = undefined;
  };
  return { backend, [Symbol.asyncDispose]: close };
}
