import { proxy, wrap } from 'comlink';
import type { Report } from 'gradfold/bench';
import type { Choice } from './choice.ts';
import type { BenchWorker } from './worker.ts';

/** Receives the events of a run. */
export interface RunListener {
  /** Called before each case, and without a name when only the cold figures are left. */
  onCase(done: number, total: number, name?: string): void;
  onReport(soFar: Report): void;
  /** Called for each requested library that is not available. */
  onMissing(why: string): void;
}

export interface Run {
  /** Rejects if the run cannot continue; earlier reports remain valid. */
  readonly ended: Promise<'done' | 'stopped'>;
  /** Stops at once, even in the middle of a case. */
  stop(): void;
}

/** Starts a run in its own worker, which ends with it. */
export function startRun(choice: Choice, listener: RunListener): Run {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  // Messages of a stopped worker may still arrive.
  let over = false;
  let stop = () => {};
  const outcome = new Promise<'done' | 'stopped'>((resolve, reject) => {
    stop = () => resolve('stopped');
    worker.onerror = ({ message }) => reject(new Error(message || 'The benchmark could not be loaded.'));
    const onCase: RunListener['onCase'] = (...args) => over || listener.onCase(...args);
    const onReport: RunListener['onReport'] = (soFar) => over || listener.onReport(soFar);
    const onMissing: RunListener['onMissing'] = (why) => over || listener.onMissing(why);
    const whole = wrap<BenchWorker>(worker).run(choice, proxy(onCase), proxy(onReport), proxy(onMissing));
    whole.then((report) => {
      onReport(report);
      resolve('done');
    }, reject);
  });
  const ended = outcome.finally(() => {
    over = true;
    worker.terminate();
  });
  return { ended, stop: () => stop() };
}
