import type { Command } from 'commander';
import { ADAPTER_OPTION, prepareAdapter } from '../../src/cli/adapter_option.ts';
import { openForCommand } from '../../src/cli/open.ts';
import type { Backend } from '../../src/core/backend.ts';
import { link } from '../../src/runtime/link.ts';
import { lintAll, renderFinding } from '../lint/lint.ts';
import { enumerateVariants } from './enumerate.ts';
import { checkedKernels, plannedKernels, runAll } from './kernels.ts';

export function registerVariants(program: Command): void {
  program
    .command('variants')
    .description(
      'compile every variant that plans can return on this adapter, hold its text to the rules, and compare with those that `check` runs',
    )
    .addOption(ADAPTER_OPTION())
    .option('--json', 'print one JSON document')
    .action(async (options: { adapter?: string; json?: boolean }) => {
      await prepareAdapter(options.adapter);
      await using backend = await openForCommand();
      const report = await compareVariants(backend);
      console.log(options.json ? JSON.stringify(report, null, 2) : renderVariants(report));
      process.exitCode = report.ok ? 0 : 1;
    });
}

export interface VariantsReport {
  readonly planned: number;
  readonly seconds: number;
  /** Variants that plans return and no case of the check runs. */
  readonly unchecked: readonly string[];
  /** Variants that a case of the check runs and the enumeration does not know. */
  readonly unplanned: readonly string[];
  /** What the rules find in the variants' texts: `file:line: rule: what`. */
  readonly findings: readonly string[];
  readonly ok: boolean;
}

/** Compiles and lints all that plans can return, which is to be all that the check would run. */
export async function compareVariants(backend: Backend): Promise<VariantsReport> {
  const started = performance.now();
  await backend.runtime.rehearse(() => runAll(backend, enumerateVariants(backend)));
  const seconds = (performance.now() - started) / 1000;
  const planned = plannedKernels(backend);
  const checked = checkedKernels(backend);
  const unchecked = [...planned.keys()].filter((key) => !checked.has(key));
  const unplanned = [...checked.keys()].filter((key) => !planned.has(key));
  const findings = lintAll([...planned.values()].map((source) => link(source, 'kept'))).map(renderFinding);
  const ok = unchecked.length + unplanned.length + findings.length === 0;
  return { planned: planned.size, seconds, unchecked, unplanned, findings, ok };
}

function renderVariants({ planned, seconds, unchecked, unplanned, findings, ok }: VariantsReport): string {
  const lines = [
    ...unchecked.map((key) => `not checked: ${key}`),
    ...unplanned.map((key) => `not enumerated: ${key}`),
    ...findings,
    `${planned} variants compiled in ${seconds.toFixed(1)} s`,
    ok
      ? 'the check runs every one of them, and no other; their texts keep the rules'
      : `${unchecked.length} are not checked, ${unplanned.length} are checked and not enumerated, ${findings.length} places break a rule`,
  ];
  return lines.join('\n');
}
