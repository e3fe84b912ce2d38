import { expose } from 'comlink';
import { type BackendInfo, createBackend } from 'gradfold';
import { check, type Finding, rowsOf } from 'gradfold/check';
import type { CheckProgress, CheckRequest, CheckResult, SpecialGrid } from './result.ts';
import { specialGrid } from './specials.ts';

/** Hears of a check as it goes. */
export interface CheckListener {
  opened(adapter: BackendInfo): void;
  specials(grid: SpecialGrid): void;
  progress(progress: CheckProgress): void;
}

/** At most so often does the page hear of progress, in ms: what it draws must not fill its thread. */
const EVERY = 250;

const stopping = new AbortController();

/** Cases whose kernels are compiled at once: what a stopped run leaves to be compiled holds up the next. */
const TOGETHER = 8;

/** The suite in a thread of its own: one for each run. */
const suite = {
  /** Ends the run before its next case. */
  stop(): void {
    stopping.abort();
  },

  async run({ form, op }: CheckRequest, listener: CheckListener): Promise<CheckResult> {
    const backend = await createBackend();
    try {
      listener.opened(backend.info);
      const findings: Finding[] = [];
      let told = Number.NEGATIVE_INFINITY;
      const onCase = (done: number, total: number, found: readonly Finding[]) => {
        findings.push(...found);
        // By the clock: timers are slowed down in the background.
        if (done < total && performance.now() - told < EVERY) return;
        told = performance.now();
        const over = findings.filter((finding) => finding.over !== undefined);
        listener.progress({ done, total, rows: rowsOf(findings), over });
      };
      const [report, specials] = await Promise.all([
        check(backend, {
          quick: form === 'quick',
          onCase,
          signal: stopping.signal,
          together: TOGETHER,
          ...(op !== undefined && { op }),
        }),
        specialGrid(backend, op).then((grid) => {
          listener.specials(grid);
          return grid;
        }),
      ]);
      return { report, specials, at: new Date().toISOString() };
    } finally {
      await backend.dispose();
    }
  },
};

export type Suite = typeof suite;

expose(suite);
