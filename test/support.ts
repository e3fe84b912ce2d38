import { afterAll, aroundEach, beforeAll, describe } from 'vitest';
import type { CheckRow } from '../src/conformance/suite/report.ts';
import type { Backend } from '../src/core/backend.ts';
import type { Runtime } from '../src/runtime/runtime.ts';

declare module 'vitest' {
  /** What vitest.config.ts and the set-ups in scripts/ tell the tests of a project. */
  interface ProvidedContext {
    /** Of the devices that `openBackend` opens in Node: the adapter's largest, or what either level promises. */
    limits: 'adapter' | 'default' | 'compatibility';
    /** The quick check's rows in Node, on the browser's adapter. */
    rowsInNode: readonly CheckRow[];
    /** Where the browser's quick check is to be written, if anywhere. */
    browserReport: string | undefined;
  }
}

type Launch = Parameters<Runtime['launch']>[0];

/** Opens a backend where the tests run: in a browser on `navigator.gpu`, in Node on Dawn. */
export const { openBackend } = await ('document' in globalThis
  ? import('./open/browser.ts')
  : import('./open/node.ts'));

/** A backend for all tests of a file, opened before the first and disposed of after the last. */
export function useBackend(): () => Backend {
  let backend: Backend;
  beforeAll(async () => {
    backend = await openBackend();
  });
  afterAll(() => backend.dispose());
  return () => backend;
}

/** Numbers in [low, high), the same for the same seed: xorshift32 (Marsaglia, 2003). */
export function uniform(size: number, low = -1, high = 1, seed = 1): Float32Array<ArrayBuffer> {
  let state = Math.imul(seed, 0x9e3779b9) | 1;
  return Float32Array.from({ length: size }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return low + ((state >>> 0) / 2 ** 32) * (high - low);
  });
}

/** What is launched from now on, in its order, until it is disposed of. */
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

/** In the browser its check has the others, and is compared with Node's: software compiles each for many seconds. */
const FOLDS = 'document' in globalThis ? (['subgroup'] as const) : (['lane', 'workgroup', 'subgroup'] as const);

/** Declares tests for each fold that this adapter has; one that it lacks is printed. */
export function onEveryFold(backend: () => Backend, declare: (fold: string) => void): void {
  for (const fold of FOLDS) {
    describe(`folding by ${fold}`, () => {
      aroundEach((run, { skip }) => {
        const { runtime } = backend();
        const { machine } = runtime;
        if (fold === 'subgroup' && !machine.subgroup) skip('this adapter has no subgroups');
        // A GPU's plan: teams of 8 to 256 lanes, several rows a workgroup. They hold less, since software compiles the
        // long loops of what is held for many seconds.
        return runtime.withMachine({ ...machine, kind: 'gpu', fold, mostInRegisters: 4, choices: undefined }, run);
      });
      declare(fold);
    });
  }
}

/** Whether two arrays hold the same bits: NaN equals NaN, 0 does not equal -0. */
export function sameBits(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const [left, right] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return left!.length === right!.length && left!.every((byte, i) => byte === right![i]);
}

export function total(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
