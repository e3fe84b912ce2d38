import cliProgress from 'cli-progress';

/** A progress bar on standard error; nothing where that is no terminal. */
export interface Progress {
  /** `payload`: what the bar's format names beside its own figures. */
  update(done: number, total: number, payload?: object): void;
  stop(): void;
}

/** @param format of cli-progress, such as `checking {bar} {value}/{total} cases` */
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
