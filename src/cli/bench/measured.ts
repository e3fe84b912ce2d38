import { COLUMNS, casesOf, ELEMENTS } from '../../../bench/cases.ts';
import { caseName, type Report } from '../../../bench/report.ts';
import { runBench } from '../../../bench/run.ts';
import type { Profile } from '../../plan/profiles.ts';
import { prepareAdapter } from '../adapter_option.ts';
import { openForCommand } from '../open.ts';
import { progressOf } from '../progress.ts';
import { commitOf, keepExactTimestamps, runtimeName } from './environment.ts';
import { jsonAt } from './files.ts';
import type { BenchCommandOptions } from './options.ts';
import { openPeers } from './peers.ts';
import { processTimes } from './process.ts';

/** Runs the benchmark that the command's options ask for. */
export async function measured(options: BenchCommandOptions): Promise<Report> {
  const { op: ops, shape: shapes, dtype: dtypes, rounds, batch, calls, clock, elements = ELEMENTS } = options;
  const columns = options.columns === true ? COLUMNS : options.columns;
  const choice = { ops, shapes, columns, elements, dtypes };
  // Invalid shapes are reported before an adapter is opened.
  casesOf(choice);
  await prepareAdapter(options.adapter);
  const flags = keepExactTimestamps();
  const commit = commitOf();
  const profile = options.profile === undefined ? undefined : (jsonAt(options.profile) as Profile);
  await using backend = await openForCommand(undefined, profile);
  const opened = await openPeers(options.peers, backend.gpu as GPU);
  const progress = progressOf('measuring {bar} {value}/{total} cases, {duration} s: {name}');
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
      onCase: (done, total, one) => progress.update(done, total, { name: one ? caseName(one) : '' }),
    });
  } finally {
    progress.stop();
    await opened.dispose();
  }
}
