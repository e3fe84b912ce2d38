import type { Backend } from '../core/backend.ts';
import { createBackend, createLeastBackend } from '../node.ts';
import type { Profile } from '../plan/profiles.ts';

/** Exactly the limits that a level of WebGPU guarantees. */
export type LeastLimits = 'default' | 'compatibility';

/**
 * Opens a backend for the duration of a command: with the adapter's largest limits and an optional profile, or on a
 * device with the limits of a level of WebGPU.
 */
export async function openForCommand(limits?: LeastLimits, profile?: Profile): Promise<Backend> {
  if (limits) return createLeastBackend(limits === 'default' ? 'core' : limits);
  return createBackend(profile ? { profile } : {});
}
