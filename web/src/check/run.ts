import { proxy, wrap } from 'comlink';
import type { CheckRequest, CheckResult } from './result.ts';
import type { CheckListener, Suite } from './worker.ts';

/** A check in a worker. */
export interface Run {
  /** Rejects with what went wrong there, or because it was stopped. */
  readonly result: Promise<CheckResult>;
  /**
   * Lets it come to an end by itself, soon: the browser still compiles kernels for it on threads of its own, and a worker
   * that is ended from here would take their device away.
   */
  stop(): void;
}

/** Loads the suite, which the page itself does without, and runs it beside the page's thread. */
export function startRun(request: CheckRequest, listener: CheckListener): Run {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => {
      reject(new Error(message || 'The suite could not be loaded: is the network gone?'));
    });
  });
  const suite = wrap<Suite>(worker);
  const result = Promise.race([suite.run(request, proxy(listener)), failed]).finally(() => worker.terminate());
  return { result, stop: () => void suite.stop() };
}
