import { writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { wordsOf } from '../../../bench/choices.ts';
import { Clock } from '../../../bench/clock.ts';
import { Timer } from '../../../bench/timer.ts';
import { type Tuned, tune } from '../../../bench/tune.ts';
import { ADAPTER_OPTION, prepareAdapter } from '../adapter_option.ts';
import { openForCommand } from '../open.ts';
import { progressOf } from '../progress.ts';

interface Options {
  readonly adapter?: string;
  readonly out: string;
  readonly rounds: number;
}

export function registerTune(program: Command): void {
  program
    .command('tune')
    .description("measure the plans' choices on this machine's adapter and write a profile for createBackend")
    .addOption(ADAPTER_OPTION())
    .option('--out <file>', 'output file for the profile', 'gradfold-profile.json')
    .option('--rounds <n>', 'rounds per decision', Number, 9)
    .addHelpText('after', '\nUsage: createBackend({ profile: JSON.parse(readFileSync("gradfold-profile.json")) })')
    .action(async ({ adapter, out, rounds }: Options) => {
      await prepareAdapter(adapter);
      await using backend = await openForCommand();
      const timer = await Timer.open(backend.device, await Clock.open(backend.device), !backend.info.software);
      const progress = progressOf('tuning {bar} {value}/{total} row lengths, {duration} s');
      const { profile, tuned } = await tune(backend, { timer, rounds, batch: 20, onColumns: progress.update });
      progress.stop();
      timer.dispose();
      writeFileSync(out, `${JSON.stringify(profile, undefined, 2)}\n`);
      console.log(renderTuned(tuned));
      console.log(`\nwritten to ${out}`);
    });
}

/** Returns a table of what tuning gained, with one line per row length. */
export function renderTuned(tuned: readonly Tuned[]): string {
  const table = new Table({ head: ['columns', 'built in', 'measured best', 'time'], style: { head: [], border: [] } });
  for (const { cols, builtIn, best, ratio } of tuned) {
    const kept = best === builtIn;
    const time = kept ? 'as built in' : `${percent(ratio.median)} (${percent(ratio.p20)} to ${percent(ratio.p80)})`;
    table.push([`up to ${cols}`, wordsOf(builtIn), kept ? 'the same' : wordsOf(best), time]);
  }
  return table.toString();
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(0)} %`;
}
