import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { BENCH_OPS } from '../bench/ops.ts';
import type { Report } from '../bench/report.ts';
import { packageRoot } from '../src/cli/root.ts';

/** What is wanted of a machine: by name, a command and the most seconds that it may take. */
interface Part {
  readonly name: string;
  readonly seconds: number;
  readonly argv: readonly string[];
  /** The file in which it leaves what it prints. */
  readonly printsTo?: string;
}

const DTYPES = ['--dtype', 'f32', 'f16'];
const SECONDS = 480;

/** Measures of the benchmark, each in a run of its own, so that what is cut loses no other. */
function benchParts(out: string, quick: boolean): Part[] {
  const bench = (op: string, ...how: string[]) => ({
    name: `bench ${op}`,
    seconds: 60,
    argv: [
      'dist/cli.js',
      'bench',
      '--op',
      op,
      ...how,
      ...DTYPES,
      '--json',
      join(out, `bench-${op.replaceAll(' ', '')}.json`),
    ],
  });
  const columns = quick ? ['16', '1024', '--elements', '65536', '--rounds', '3'] : [];
  const shapes = quick ? ['--shape', '64x32', '--rounds', '3'] : [];
  return BENCH_OPS.map(({ name }) =>
    name.startsWith('batchNorm') ? bench(name, ...shapes) : bench(name, '--columns', ...columns),
  );
}

/** `npm run gpu:measure`: all that is wanted of a machine with a GPU, in files that `npm run performance` takes. */
export function registerGpuMeasure(program: Command): void {
  program
    .command('gpu-measure')
    .description('check, time and tune on this machine, and time PyTorch and Triton where they are installed')
    .requiredOption('--out <folder>', 'where to leave the files')
    .option('--seconds <n>', 'the most seconds in all', secondsOf, SECONDS)
    .option('--quick', 'few and small cases: to try the command itself')
    .action(({ out, seconds, quick = false }: { out: string; seconds: number; quick?: boolean }) => {
      const folder = resolve(out);
      mkdirSync(folder, { recursive: true });
      const failed = measure(folder, seconds, quick);
      process.exitCode = failed.length > 0 ? 1 : 0;
    });
}

function secondsOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number of seconds.');
  return Number(text);
}

/** Runs all parts within `seconds`. What is cut or missing is printed. @returns the names of parts that failed */
function measure(out: string, seconds: number, quick: boolean): string[] {
  const end = performance.now() + 1000 * seconds;
  const left = () => Math.floor((end - performance.now()) / 1000);
  const failed: string[] = [];
  const run = (command: string, { name, seconds, argv, printsTo }: Part): boolean => {
    const limit = Math.min(seconds, left());
    if (limit < 1) {
      console.log(`cut: ${name}: no time is left`);
      return false;
    }
    const started = performance.now();
    const { status, error, stdout, stderr } = spawnSync(command, argv, {
      cwd: packageRoot(),
      encoding: 'utf8',
      timeout: 1000 * limit,
      maxBuffer: 2 ** 28,
    });
    const took = ((performance.now() - started) / 1000).toFixed(0);
    if (printsTo && stdout) writeFileSync(join(out, printsTo), stdout);
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT') {
      console.log(`cut: ${name}: not done in ${limit} s`);
      return false;
    }
    if (status === 0) console.log(`${name}: ${took} s`);
    else {
      failed.push(name);
      console.log(`failed: ${name}, exit code ${status}: ${(error?.message ?? stderr).trim().split('\n').at(-1)}`);
    }
    return status === 0;
  };
  const node = (part: Part) => run(process.execPath, part);

  node({ name: 'check', seconds: 150, argv: ['dist/cli.js', 'check', '--quick', '--json'], printsTo: 'check.json' });
  const parts = benchParts(out, quick);
  for (const part of parts) node(part);
  const report = joined(parts.map(({ argv }) => argv.at(-1) as string));
  if (report) {
    const file = join(out, 'bench.json');
    writeFileSync(file, JSON.stringify(report));
    timeCuda(out, file, run);
    console.log(`report: ${file}, for npm run performance: copy it to bench/results`);
  }
  const tune = ['dist/cli.js', 'tune', '--out', join(out, 'profile.json'), ...(quick ? ['--rounds', '1'] : [])];
  node({ name: 'tune', seconds: 120, argv: tune });
  return failed;
}

/** Adds PyTorch's and Triton's rows to a report where they are installed. */
function timeCuda(out: string, report: string, run: (command: string, part: Part) => boolean): void {
  const script = join(packageRoot(), 'bench/peers/cuda.py');
  const { status } = spawnSync('python3', ['-c', 'import torch; assert torch.cuda.is_available()']);
  if (status !== 0 || !existsSync(script)) {
    console.log(
      'missing: PyTorch and Triton: python3 has no torch with CUDA here, or bench/peers/cuda.py was not copied',
    );
    return;
  }
  const rows = join(out, 'cuda.json');
  const timed = run('python3', {
    name: 'PyTorch and Triton',
    seconds: 120,
    argv: [script, '--cases', report, '--out', rows],
  });
  if (!timed) return;
  const argv = ['dist/cli.js', 'bench', '--from', report, '--merge', rows, '--json', report];
  run(process.execPath, { name: 'merging the rows of CUDA', seconds: 20, argv });
}

/** Returns one report with the rows of all that were written. */
function joined(files: readonly string[]): Report | undefined {
  const reports = files.filter(existsSync).map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
  const [first] = reports;
  return first && { ...first, rows: reports.flatMap(({ rows }) => rows) };
}
