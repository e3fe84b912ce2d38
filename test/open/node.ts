import { inject } from 'vitest';
import { openForCommand } from '../../src/cli/open.ts';
import type { Backend } from '../../src/core/backend.ts';

/** A backend on Dawn, with the limits that the project asks for. */
export async function openBackend(): Promise<Backend> {
  const limits = inject('limits');
  return openForCommand(limits === 'adapter' ? undefined : limits);
}
