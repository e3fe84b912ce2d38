import { type Command, InvalidArgumentError, Option } from 'commander';
import { check, checkedOps, exitCodeOf } from '../../conformance/suite/check.ts';
import { jsonOf } from '../../conformance/suite/report.ts';
import type { Backend } from '../../core/backend.ts';
import { ADAPTER_OPTION, prepareAdapter } from '../adapter_option.ts';
import { type LeastLimits, openForCommand } from '../open.ts';
import { progressOf } from '../progress.ts';
import { renderReport } from './render.ts';

interface Options {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly adapter?: string;
  readonly limits?: LeastLimits;
  readonly op?: string;
}

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description("run every op and fold on this machine's adapter and compare the results with float64")
    .option('--quick', 'run some of the cases: about ten seconds on a CPU')
    .option('--json', 'print one JSON document instead of the table')
    .addOption(ADAPTER_OPTION())
    .addOption(
      new Option('--limits <level>', 'use only the limits that a level of WebGPU guarantees').choices([
        'default',
        'compatibility',
      ]),
    )
    .option('--op <name>', 'run the cases of one op only', knownOp)
    .addHelpText(
      'after',
      '\nErrors are in ulps (2^-23) of the true value, or of what the op can resolve if that is larger.\nThe exit code is 1 if an error exceeds its budget, 2 if the check could not run.',
    )
    .action(async (options: Options) => {
      await prepareAdapter(options.adapter);
      await using backend = await openForCommand(options.limits);
      process.exitCode = await printCheck(backend, options);
    });
}

/** Runs the check and prints its report. @returns the exit code */
export async function printCheck(backend: Backend, options: Omit<Options, 'adapter'>): Promise<number> {
  const progress = progressOf('checking {bar} {value}/{total} cases, {duration} s');
  const report = await check(backend, {
    quick: options.quick ?? false,
    limits: options.limits ?? 'adapter',
    ...(options.op !== undefined && { op: options.op }),
    onCase: (done, total) => progress.update(done, total),
  });
  progress.stop();
  console.log(options.json ? jsonOf(report) : renderReport(report));
  return exitCodeOf(report);
}

function knownOp(name: string): string {
  const names = checkedOps();
  if (!names.includes(name)) throw new InvalidArgumentError(`Expected one of: ${names.join(', ')}.`);
  return name;
}
