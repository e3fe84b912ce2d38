import { expose } from 'comlink';
import { type BackendInfo, createBackend } from 'gradfold';
import { check, type Finding, rowsOf } from 'gradfold/check';
import type { CheckProgress, CheckRequest, CheckResult, SpecialGrid } from './result.ts';
import { specialGrid } from './specials.ts';

/** Receives the events of a check. */
export interface CheckListener {
  opened(adapter: BackendInfo): void;
  specials(grid: SpecialGrid): void;
  progress(progress: CheckProgress): void;
}

/** The least time between two progress events, in ms, so that rendering does not fill the page's thread. */
const EVERY = 250;

const stopping = new AbortController();

/** The number of cases whose kernels are compiled at once. Compilations of a stopped run delay the next one. */
const TOGETHER = 8;

/** The suite, in one worker per run. */
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
        // Uses the clock, because timers are throttled in background tabs.
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
