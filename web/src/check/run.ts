import { proxy, wrap } from 'comlink';
import type { CheckRequest, CheckResult } from './result.ts';
import type { CheckListener, Suite } from './worker.ts';

/** A check in a worker. */
export interface Run {
  /** Rejects with the error of the worker, or because the check was stopped. */
  readonly result: Promise<CheckResult>;
  /**
   * Asks the check to end soon. Terminating the worker would destroy the device while the browser still compiles kernels
   * for it on other threads.
   */
  stop(): void;
}

/** Loads the suite in a worker, separate from the page, and runs it there. */
export function startRun(request: CheckRequest, listener: CheckListener): Run {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => {
      reject(new Error(message || 'The suite could not be loaded: is the network down?'));
    });
  });
  const suite = wrap<Suite>(worker);
  const result = Promise.race([suite.run(request, proxy(listener)), failed]).finally(() => worker.terminate());
  return { result, stop: () => void suite.stop() };
}
