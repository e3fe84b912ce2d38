import type { Backend } from '../backend.ts';
import { createBackend, createLeastBackend } from '../device/node.ts';

/** No more than a level of WebGPU promises. */
export type LeastLimits = 'default' | 'compatibility';

/** A backend for the length of a command: with the adapter's largest limits, or on a device that asked for nothing. */
export async function openForCommand(limits?: LeastLimits): Promise<Backend> {
  return limits ? createLeastBackend(limits === 'default' ? 'core' : limits) : createBackend();
}
