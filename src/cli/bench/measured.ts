import cliProgress from 'cli-progress';
import { COLUMNS, casesOf, ELEMENTS } from '../../../bench/cases.ts';
import { caseName, type Report } from '../../../bench/report.ts';
import { type RunOptions, runBench } from '../../../bench/run.ts';
import type { Profile } from '../../plan/profiles.ts';
import { prepareAdapter } from '../adapter_option.ts';
import { openForCommand } from '../open.ts';
import { commitOf, keepExactTimestamps, runtimeName } from './environment.ts';
import { jsonAt } from './files.ts';
import type { BenchCommandOptions } from './options.ts';
import { openPeers } from './peers.ts';
import { processTimes } from './process.ts';

/** What a run gives that these options of the command ask for. */
export async function measured(options: BenchCommandOptions): Promise<Report> {
  const { op: ops, shape: shapes, dtype: dtypes, rounds, batch, calls, clock, elements = ELEMENTS } = options;
  const columns = options.columns === true ? COLUMNS : options.columns;
  const choice = { ops, shapes, columns, elements, dtypes };
  // Shapes that are none are told before an adapter is looked for.
  casesOf(choice);
  await prepareAdapter(options.adapter);
  const flags = keepExactTimestamps();
  const commit = commitOf();
  const profile = options.profile === undefined ? undefined : (jsonAt(options.profile) as Profile);
  await using backend = await openForCommand(undefined, profile);
  const opened = await openPeers(options.peers, backend.gpu as GPU);
  const progress = progressBar();
  try {
    return await runBench(backend, {
      ...choice,
      ...{
        rounds,
        batch,
        calls,
        clock,
        flags,
        commit,
        peers: opened.peers,
        runtime: runtimeName(),
        variants: options.variants,
      },
      ...(options.cold && { cold: { open: () => openForCommand(), process: () => processTimes() } }),
      ...(progress && { onCase: progress.onCase }),
    });
  } finally {
    progress?.stop();
    await opened.dispose();
  }
}

/** On a terminal. */
function progressBar(): { onCase: NonNullable<RunOptions['onCase']>; stop(): void } | undefined {
  if (!process.stderr.isTTY) return undefined;
  const bar = new cliProgress.SingleBar({
    clearOnComplete: true,
    stream: process.stderr,
    format: 'measuring {bar} {value}/{total} cases, {duration} s: {name}',
  });
  return {
    onCase(done, total, one) {
      const payload = { name: one ? caseName(one) : '' };
      if (bar.isActive) bar.update(done, payload);
      else bar.start(total, done, payload);
    },
    stop: () => bar.stop(),
  };
}
