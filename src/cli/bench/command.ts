import type { Command } from 'commander';
import { benchCase, casesOf } from '../../../bench/bench.ts';
import { Clock } from '../../../bench/clock.ts';
import { BENCH_OPS } from '../../../bench/ops.ts';
import { caseName, plannedShareOf, shareOf } from '../../../bench/report.ts';
import { ADAPTER_OPTION, prepareAdapter } from '../adapter_option.ts';
import { openForCommand } from '../open.ts';

export function registerBench(program: Command): void {
  program
    .command('bench')
    .addOption(ADAPTER_OPTION())
    .option('--op <names...>')
    .option('--rounds <n>', '', Number, 9)
    .action(async (o: { adapter?: string; op?: string[]; rounds: number }) => {
      await prepareAdapter(o.adapter);
      await using backend = await openForCommand();
      const clock = await Clock.open(backend.device);
      console.log(clock.kind, clock.quantum);
      const ops = o.op ? BENCH_OPS.filter(({ name }) => o.op?.includes(name)) : BENCH_OPS;
      for (const one of casesOf(ops)) {
        for (const row of await benchCase(backend, one, { rounds: o.rounds, batch: 40, clock, version: '0' })) {
          console.log(
            caseName(one),
            row.variant ?? '',
            row.right,
            row.error?.toExponential(1),
            row.note ?? '',
            row.copyMs?.toFixed(2),
            row.ms?.median.toFixed(2),
            'x',
            row.ofCopy?.median.toFixed(2),
            [row.ofCopy?.p20.toFixed(2), row.ofCopy?.p80.toFixed(2)].join('..'),
            row.calls,
            shareOf(row)?.toFixed(2),
            plannedShareOf(row)?.toFixed(2),
            row.moved! / row.least!,
          );
        }
      }
    });
}
