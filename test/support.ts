import { afterAll, aroundEach, beforeAll, describe } from 'vitest';
import type { CheckRow } from '../src/conformance/suite/report.ts';
import type { Backend } from '../src/core/backend.ts';
import type { Runtime } from '../src/runtime/runtime.ts';

export { uniform } from '../scripts/implementations/training.mjs';

declare module 'vitest' {
  /** The values that vitest.config.ts and the setup files in scripts/ provide to a project's tests. */
  interface ProvidedContext {
    /** The limits of the devices that `openBackend` opens in Node: the adapter's, or those that a level guarantees. */
    limits: 'adapter' | 'default' | 'compatibility';
    /** The rows of the quick check, run in Node on the browser's adapter. */
    rowsInNode: readonly CheckRow[];
    /** The file to which the browser's quick check is written, if any. */
    browserReport: string | undefined;
  }
}

type Launch = Parameters<Runtime['launch']>[0];

/** Opens a backend on `navigator.gpu` in a browser, on Dawn in Node. */
export const { openBackend } = await ('document' in globalThis
  ? import('./open/browser.ts')
  : import('./open/node.ts'));

/** A backend shared by all tests of a file. It is opened before the first test and disposed of after the last. */
export function useBackend(): () => Backend {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend();
  });
  afterAll(() => backend.dispose());
  return () => backend;
}

/** Records the launches that follow, in order, until it is disposed of. */
export function watchLaunches({ runtime }: Backend): { readonly launches: readonly Launch[] } & Disposable {
  const launches: Launch[] = [];
  const own = runtime.launch;
  runtime.launch = (launch) => {
    launches.push(launch);
    own.call(runtime, launch);
  };
  return {
    launches,
    [Symbol.dispose]: () => {
      runtime.launch = own;
    },
  };
}

/** The browser's check covers the other strategies and is compared with Node's. Software compiles each for seconds. */
const FOLDS = 'document' in globalThis ? (['subgroup'] as const) : (['lane', 'workgroup', 'subgroup'] as const);

/** Declares tests for each reduction strategy. The tests of one that the adapter lacks are reported as skipped. */
export function onEveryFold(backend: () => Backend, declare: (fold: string) => void): void {
  for (const fold of FOLDS) {
    describe(`folding by ${fold}`, () => {
      aroundEach((run, { skip }) => {
        const { runtime } = backend();
        const { machine } = runtime;
        if (fold === 'subgroup' && !machine.subgroup) skip('this adapter has no subgroups');
        // A GPU's plan: teams of 8 to 256 lanes, several rows per workgroup. Fewer elements stay in registers, since
        // software takes many seconds to compile the long loops over them.
        return runtime.withMachine({ ...machine, kind: 'gpu', fold, mostInRegisters: 4, choices: undefined }, run);
      });
      declare(fold);
    });
  }
}

/** Whether two arrays have the same bits. NaNs with the same bits are equal; 0 and -0 are not. */
export function sameBits(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const [left, right] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return left!.length === right!.length && left!.every((byte, i) => byte === right![i]);
}

export function total(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
