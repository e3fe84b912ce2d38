import type { Backend } from '../core/backend.ts';
import { createBackend, createLeastBackend } from '../node.ts';
import type { Profile } from '../plan/profiles.ts';

/** No more than a level of WebGPU promises. */
export type LeastLimits = 'default' | 'compatibility';

/**
 * A backend for the length of a command: with the adapter's largest limits, perhaps with a profile of it, or on a device that
 * asked for nothing.
 */
export async function openForCommand(limits?: LeastLimits, profile?: Profile): Promise<Backend> {
  if (limits) return createLeastBackend(limits === 'default' ? 'core' : limits);
  return createBackend(profile ? { profile } : {});
}
