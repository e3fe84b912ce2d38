import cliProgress from 'cli-progress';

/** A progress bar on standard error, shown only on a terminal. */
export interface Progress {
  /** `payload` has the values for the custom fields of the bar's format. */
  update(done: number, total: number, payload?: object): void;
  stop(): void;
}

/** @param format the format of cli-progress, such as `checking {bar} {value}/{total} cases` */
export function progressOf(format: string): Progress {
  if (!process.stderr.isTTY) return { update() {}, stop() {} };
  const bar = new cliProgress.SingleBar({ clearOnComplete: true, stream: process.stderr, format });
  return {
    update(done, total, payload) {
      if (bar.isActive) bar.update(done, payload);
      else bar.start(total, done, payload);
    },
    stop: () => bar.stop(),
  };
}
