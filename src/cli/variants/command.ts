import type { Command } from 'commander';
import type { Backend } from '../../backend.ts';
import { link } from '../../runtime/link.ts';
import { ADAPTER_OPTION, prepareAdapter } from '../adapter_option.ts';
import { uploaderFor } from '../check/case.ts';
import { allCases } from '../check/cases/index.ts';
import { openForCommand } from '../open.ts';
import { enumerateVariants } from './enumerate.ts';
import { lintAll, renderFinding } from './lint/lint.ts';
import type { Spec } from './losses.ts';

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

/** Compiles all that plans can return, and all that the check would run, which is to be the same, and lints it. */
export async function compareVariants(backend: Backend): Promise<VariantsReport> {
  const started = performance.now();
  const planned = await rehearse(backend, enumerateVariants(backend));
  const seconds = (performance.now() - started) / 1000;
  const checked = await rehearse(backend, checkSpecs(backend));
  const unchecked = [...planned].filter((key) => !checked.has(key));
  const unplanned = [...checked].filter((key) => !planned.has(key));
  const kernels = backend.runtime.kernelsOf(() => runAll(backend, enumerateVariants(backend)));
  const findings = lintAll([...kernels.values()].map(link)).map(renderFinding);
  const ok = unchecked.length + unplanned.length + findings.length === 0;
  return { planned: planned.size, seconds, unchecked, unplanned, findings, ok };
}

/** The full check's cases, by the plans that are this machine's own. */
function checkSpecs(backend: Backend): Spec[] {
  return allCases(backend.runtime.machine).flatMap((item) =>
    item.plans
      .filter((plan) => plan === 'own' || plan === 'unaligned')
      .map((plan) => () => item.run(uploaderFor(backend, plan === 'own'))),
  );
}

function rehearse(backend: Backend, specs: readonly Spec[]): Promise<Set<string>> {
  return backend.runtime.rehearse(() => runAll(backend, specs));
}

function runAll(backend: Backend, specs: readonly Spec[]): void {
  for (const spec of specs) backend.scope(() => void spec());
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
