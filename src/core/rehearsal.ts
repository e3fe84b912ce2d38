import type { Machine } from '../plan/machine.ts';
import { Backend } from './backend.ts';
import { GradfoldError } from './errors.ts';

/**
 * Returns a backend on a machine that need not exist here: ops called in `runtime.launchesOf` plan and launch as they
 * would there. Its buffers have no memory, so tensors of any size are free. Compiling, computing and reading reject.
 * @internal
 */
export function rehearsalBackend(machine: Machine): Backend {
  const name = 'rehearsal';
  const info = { vendor: name, architecture: '', description: '', software: machine.kind === 'cpu', features: [] };
  return new Backend({ device: emptyDevice(), info, machine, owned: false });
}

/** A device that supports only what a backend does before anything runs. */
function emptyDevice(): GPUDevice {
  const refuse = () => {
    throw new GradfoldError('a rehearsal has no device: nothing is compiled or computed on it');
  };
  const device = {
    lost: new Promise(() => {}),
    queue: { writeBuffer() {} },
    pushErrorScope() {},
    popErrorScope: async () => null,
    createBuffer: ({ size, usage }: GPUBufferDescriptor) => ({ size, usage, destroy() {} }),
    createBindGroupLayout: refuse,
    createCommandEncoder: refuse,
    destroy() {},
  };
  return device as unknown as GPUDevice;
}
