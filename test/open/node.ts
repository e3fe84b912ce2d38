import { inject } from 'vitest';
import { openForCommand } from '../../src/cli/open.ts';
import { type Backend, createBackend } from '../../src/node.ts';

/** The first backend of this process, whose device the others share. */
let first: Promise<Backend> | undefined;
/** What was opened stays referenced, and so what it compiled: Dawn gives the same pipelines to the next that asks. */
const opened: Backend[] = [];

/** A backend on the process's one device on Dawn, with the limits that the project asks for. */
export async function openBackend(): Promise<Backend> {
  const limits = inject('limits');
  first ??= openForCommand(limits === 'adapter' ? undefined : limits);
  const { device } = await first;
  const backend = await createBackend({ device });
  opened.push(backend);
  return backend;
}
