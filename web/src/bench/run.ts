import { proxy, wrap } from 'comlink';
import type { Report } from 'gradfold/bench';
import type { Choice } from './choice.ts';
import type { BenchWorker } from './worker.ts';

/** What the page hears of a run. */
export interface RunListener {
  /** Before each case, and once more when only the cold figures are left: then there is no name. */
  onCase(done: number, total: number, name?: string): void;
  onReport(soFar: Report): void;
  /** What was asked for and cannot be had. */
  onMissing(why: string): void;
}

export interface Run {
  /** Rejects where the run cannot go on; what was reported until then holds. */
  readonly ended: Promise<'done' | 'stopped'>;
  /** At once, in the middle of a case. */
  stop(): void;
}

/** Starts a run in a worker of its own, which goes with it. */
export function startRun(choice: Choice, listener: RunListener): Run {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  // What the worker had said before it was stopped may arrive later.
  let over = false;
  let stop = () => {};
  const outcome = new Promise<'done' | 'stopped'>((resolve, reject) => {
    stop = () => resolve('stopped');
    worker.onerror = ({ message }) => reject(new Error(message || 'What measures could not be loaded.'));
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
