import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Shape } from '../../src/core/data.ts';
import type { AskedCalls } from './calls.ts';
import type { Compiled } from './compile.ts';
import { gpuEnvironment } from './driver.ts';
import { readDumps } from './dump.ts';
import { FAMILIES, familyOf } from './families.ts';
import { type Earlier, gpusPage } from './page.ts';
import { renderCode, renderFamily } from './render.ts';
import { type FamilyReport, reportOf } from './report.ts';

interface Options {
  readonly op?: readonly string[];
  readonly shape?: readonly Shape[];
  readonly dtype?: readonly ('f32' | 'f16')[];
  readonly family?: readonly string[];
  readonly json?: string;
  readonly page?: string;
  readonly code?: true;
}

const each =
  <T>(read: (text: string) => T) =>
  (text: string, list: readonly T[] = []) => [...list, read(text)];

export function registerGpuReport(program: Command): void {
  program
    .command('gpu-report')
    .description("compile what calls need for AMD's GPUs, without one, and print what the compiler made of it")
    .option('--op <name>', 'only this op; may be repeated', each(String))
    .option(
      '--shape <shape>',
      'this shape in place of the listed ones, such as 4096x1024; may be repeated',
      each(shapeOf),
    )
    .option('--dtype <dtype>', 'only f32 or f16', each(dtypeOf))
    .option('--family <name>', `only this family of Mesa's list; may be repeated`, each(String))
    .option('--json <file>', 'also write all figures to a file')
    .option('--page <file>', 'also write the page, with the earlier figures of the JSON file of the same name')
    .option('--code', 'print the machine code of the kernels instead, with how often a wave executes each instruction')
    .addHelpText('after', `\nFamilies: ${FAMILIES.map(({ name, title }) => `${name} (${title})`).join(', ')}.`)
    .action(async ({ op, shape, dtype, family, json, page, code }: Options) => {
      const asked: AskedCalls = { ops: op, shapes: shape, dtypes: dtype };
      const reports: FamilyReport[] = [];
      for (const name of family ?? FAMILIES.map((known) => known.name)) {
        const { compiled, said } = await compiledFor(name, asked);
        const dumps = readDumps(said);
        const report = reportOf(familyOf(name), compiled, dumps);
        reports.push(report);
        console.log(code ? renderCode(report) : renderFamily(report));
      }
      if (page) writeFileSync(page, gpusPage(reports, earlierOf(page.replace(/\.md$/, '.json'))));
      if (json) writeFileSync(json, `${JSON.stringify(reports, withoutCode, 1)}\n`);
    });
}

function earlierOf(file: string): Earlier {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Earlier) : {};
}

/** Machine code takes more room than all figures. */
function withoutCode(key: string, value: unknown): unknown {
  return key === 'code' || key === 'turns' ? undefined : value;
}

/** Compiles in a new process, because the driver reads its environment at the start. */
async function compiledFor(family: string, asked: AskedCalls): Promise<{ compiled: Compiled; said: string }> {
  const env = { ...process.env, ...(await gpuEnvironment(family)) };
  const argv = [process.argv[1] as string, 'gpu-compile', JSON.stringify(asked)];
  const folder = mkdtempSync(join(tmpdir(), 'gpu-report-'));
  const files = ['out', 'err'].map((name) => join(folder, name)) as [string, string];
  // The driver writes without waiting for a reader, and loses what a pipe does not take at once.
  const [out, err] = files.map((file) => openSync(file, 'w')) as [number, number];
  const { status } = spawnSync(process.execPath, argv, { stdio: ['ignore', out, err], env });
  for (const file of [out, err]) closeSync(file);
  const [stdout, stderr] = files.map((file) => readFileSync(file, 'utf8')) as [string, string];
  rmSync(folder, { recursive: true });
  if (/Unknown family/.test(stderr)) {
    throw new Error(
      `gpu:report: Mesa does not know a family '${family}'; expected one of its names, such as ${FAMILIES.map(({ name }) => name).join(', ')}`,
    );
  }
  if (status !== 0)
    throw new Error(`gpu:report: compiling for ${family} failed:\n${stderr.trim().split('\n').slice(-3).join('\n')}`);
  return { compiled: JSON.parse(stdout) as Compiled, said: stderr };
}

function shapeOf(text: string): Shape {
  if (!/^\d+(x\d+)*$/.test(text)) throw new InvalidArgumentError('Expected lengths joined by x, such as 4096x1024.');
  return text.split('x').map(Number);
}

function dtypeOf(text: string): 'f32' | 'f16' {
  if (text !== 'f32' && text !== 'f16') throw new InvalidArgumentError('Expected f32 or f16.');
  return text;
}
