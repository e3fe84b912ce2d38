import type { Command } from 'commander';
import { ADAPTER_OPTION, prepareAdapter } from '../../src/cli/adapter_option.ts';
import { openForCommand } from '../../src/cli/open.ts';
import type { Backend } from '../../src/core/backend.ts';
import { link } from '../../src/runtime/link.ts';
import { lintAll, renderFinding } from '../lint/lint.ts';
import { checkedKernels } from './kernels.ts';

export function registerVariants(program: Command): void {
  program
    .command('variants')
    .description('compile every variant that the full check needs on this adapter, and hold its text to the rules')
    .addOption(ADAPTER_OPTION())
    .option('--json', 'print one JSON document')
    .action(async (options: { adapter?: string; json?: boolean }) => {
      await prepareAdapter(options.adapter);
      await using backend = await openForCommand();
      const report = await compileVariants(backend);
      console.log(options.json ? JSON.stringify(report, null, 2) : renderVariants(report));
      process.exitCode = report.findings.length === 0 ? 0 : 1;
    });
}

export interface VariantsReport {
  readonly variants: number;
  /** That compiling them took. */
  readonly seconds: number;
  /** What the rules find in the variants' texts: `file:line: rule: what`. */
  readonly findings: readonly string[];
}

/** Compiles and lints the variants that the full check needs on a backend's machine. @throws where one does not compile */
export async function compileVariants(backend: Backend): Promise<VariantsReport> {
  const sources = [...checkedKernels(backend.runtime.machine).values()];
  const started = performance.now();
  await backend.runtime.compile(sources);
  const seconds = (performance.now() - started) / 1000;
  const findings = lintAll(sources.map((source) => link(source, 'kept'))).map(renderFinding);
  return { variants: sources.length, seconds, findings };
}

function renderVariants({ variants, seconds, findings }: VariantsReport): string {
  const rules = findings.length === 0 ? 'their texts keep the rules' : `${findings.length} places break a rule`;
  return [...findings, `${variants} variants compiled in ${seconds.toFixed(1)} s; ${rules}`].join('\n');
}
