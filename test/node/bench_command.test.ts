// What `gradfold bench` shows and writes, and its errors for bad input.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { compareReports } from '../../bench/compare.ts';
import { csvOf } from '../../bench/csv.ts';
import { jsonOf, type Report, type Row } from '../../bench/report.ts';
import { standingOf } from '../../bench/standing.ts';
import { chartsOf, renderChart } from '../../src/cli/bench/charts.ts';
import { exitCodeOf, registerBench } from '../../src/cli/bench/command.ts';
import { keepExactTimestamps } from '../../src/cli/bench/environment.ts';
import { openPeers } from '../../src/cli/bench/peers.ts';
import { processTimes } from '../../src/cli/bench/process.ts';
import { renderComparison, renderReport } from '../../src/cli/bench/table.ts';

const at = (median: number) => ({ median, p20: 0.9 * median, p80: 1.1 * median });
const row = (changes: Partial<Row> = {}): Row => ({
  ...{ op: 'softmax', shape: [4096, 1024], dtype: 'f32', library: 'Gradfold', version: '0.1.0', right: true },
  ...{ error: 1.2e-7, ms: at(0.5), ofCopy: at(1.25), copyMs: 0.4, calls: 80, moved: 2 ** 25, least: 2 ** 25 },
  ...changes,
});
const untimed = ({ ms: _, ofCopy: __, copyMs: ___, calls: ____, ...rest }: Row): Row => rest;
const wrong = untimed(
  row({ library: 'TensorFlow.js', version: '4.22.0', right: false, error: 1, note: 'y is 0 | all' }),
);
const report: Report = {
  ...{ format: 1, date: '2026-01-02T03:04:05.000Z', gradfold: '0.1.0', commit: 'abc', runtime: 'Node 20', rounds: 9 },
  adapter: { vendor: 'nvidia', architecture: 'hopper', description: 'driver 580', software: false, features: [] },
  ...{ flags: ['disable-dawn-features=timestamp_quantization'], limits: {}, clock: { kind: 'gpu', quantum: 3.2e-5 } },
  rows: [
    row(),
    wrong,
    row({ library: 'PyTorch', version: '2.8', on: 'NVIDIA H200', call: 'torch.softmax', ofCopy: at(1.1) }),
    row({ shape: [512, 32768] }),
    row({ op: 'batchNormTrain', shape: [32, 64, 56, 56], channelAxis: -1 }),
  ],
  cold: {
    pipeline: { least: 4, ...at(5) },
    call: { disposed: { least: 6, ...at(7) }, kept: { least: 8, ...at(9) } },
    process: { least: 90, ...at(120) },
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradfold-bench-'));
  await writeFile(join(folder, 'report.json'), jsonOf(report));
});
afterAll(() => rm(folder, { recursive: true }));

/** Returns what the command prints for these arguments, including errors. */
async function said(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const take = (text: unknown) => void lines.push(String(text));
  const program = new Command().exitOverride().configureOutput({ writeErr: take, writeOut: take });
  registerBench(program);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: take, writeOut: take });
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(take),
    vi.spyOn(console, 'error').mockImplementation(take),
  ];
  const { exitCode } = process;
  try {
    await program.parseAsync(['bench', ...args], { from: 'user' });
  } catch (error) {
    take((error as Error).message);
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = exitCode;
  }
  return lines.join('\n');
}

describe('a report is shown', () => {
  test('as a table', () => {
    const text = renderReport(report);
    expect(text).toMatch(/^adapter: {2}nvidia hopper \(driver 580\)\nruntime: {2}Node 20; disable-dawn-features=/);
    expect(text).toMatch(
      /gradfold: 0\.1\.0, commit abc, 2026-01-02\nagainst: {2}TensorFlow\.js 4\.22\.0, PyTorch 2\.8\n/,
    );
    expect(text).toMatch(
      /CUDA: {5}NVIDIA H200\nclock: {4}the GPU's, quantum 0\.032 µs, batches of at least 50 quanta; 9/,
    );
    expect(text).toMatch(/softmax +4096×1024 +f32 +a copy +0\.400 +1 +83\.9\n/);
    expect(text).toMatch(/\n +Gradfold +0\.500 +0\.450-0\.550 +1\.25 +80 % +80 % +67\.1 +1\.2e-7\n/);
    expect(text).toMatch(/\n +TensorFlow\.js +y is 0 \| all\n/);
    expect(text).toMatch(/\n +PyTorch, CUDA +0\.500 .* 1\.10 /);
    expect(text).toMatch(/batchNormTrain +32×64×56×56 last +f32/);
    expect(text).toMatch(/from process start .*: 120 ms \(least 90\.0, p20-p80 108-132\)/);
    expect(text).toMatch(/one call .*: 7\.00 µs .* at once, 9\.00 µs .* kept/);
  });

  test('as CSV, quoted where it has to be', () => {
    const [head, first, second] = csvOf(report).split('\n');
    expect(head).toMatch(/^adapter,driver,runtime,gradfold,commit,op,shape,dtype,channel_axis,library,/);
    expect(first).toMatch(
      /^nvidia hopper,driver 580,Node 20,0\.1\.0,abc,softmax,4096x1024,f32,,Gradfold,0\.1\.0,,,,true,1\.2e-7,,0\.5,/,
    );
    expect(second).toContain(',TensorFlow.js,4.22.0,,,,false,1,y is 0 | all,,');
    const quoted = csvOf({ ...report, rows: [row({ note: 'a "b", c\nd' })] });
    expect(quoted).toContain(',"a ""b"", c\nd",');
  });

  test('with a comparison to an older one', () => {
    const old = { ...report, rows: [row({ ofCopy: at(2) }), row({ shape: [512, 32768], ofCopy: at(1.3) })] };
    const text = renderComparison(compareReports(old, report), 'old.json');
    expect(text).toMatch(/^compared with old\.json\n/);
    expect(text).toMatch(
      /softmax \[4096, 1024\] f32 +Gradfold +2\.00 \(1\.80-2\.20\) +1\.25 \(1\.13-1\.38\) +-37\.5 % +faster/,
    );
    expect(text).toMatch(/softmax \[512, 32768\] f32 +Gradfold +1\.30 .* -3\.8 % +within the noise/);
    expect(text).toMatch(/\n2 compared, 1 beyond the noise/);
  });

  test('as charts, one for each op with at least two lengths of rows', async () => {
    const charts = chartsOf(report);
    expect(charts).toEqual([
      {
        ...{ op: 'softmax', dtype: 'f32', elements: undefined },
        lines: [
          {
            name: 'Gradfold',
            points: [
              [1024, 0.8],
              [32768, expect.any(Number)],
            ],
          },
          { name: 'PyTorch, CUDA', points: [[1024, expect.any(Number)]] },
        ],
      },
    ]);
    const svg = await renderChart(charts[0]!, report);
    expect(svg).toMatch(/^<svg /);
    for (const text of [
      'softmax, f32',
      'nvidia hopper',
      'Gradfold',
      'PyTorch, CUDA',
      'columns',
      'bandwidth, % of copy',
      '16,384',
    ])
      expect(svg).toContain(text);
  });

  test('by the command, from a file', async () => {
    const [from, csv, json, charts] = ['report.json', 'out/a.csv', 'b.json', 'charts'].map((name) =>
      join(folder, name),
    );
    const text = await said('--from', from!, '--compare', from!, '--csv', csv!, '--json', json!, '--charts', charts!);
    expect(text).toContain(renderReport(report));
    expect(text).toContain('4 compared, 0 beyond the noise');
    expect(text).toContain(`${charts}: softmax-f32.svg`);
    expect(await readFile(csv!, 'utf8')).toBe(csvOf(report));
    expect(JSON.parse(await readFile(json!, 'utf8'))).toEqual(JSON.parse(jsonOf(report)));
    expect(await readFile(join(charts!, 'softmax-f32.svg'), 'utf8')).toContain('</svg>');
  });

  test('as a page with charts', async () => {
    const page = join(folder, 'docs', 'performance.md');
    expect(await said('--report', join(folder, 'report.json'), '--output', page)).toBe(`${page}: 1 reports`);
    const text = await readFile(page, 'utf8');
    expect(text).toContain('## nvidia hopper (driver 580)\n');
    expect(text).toContain(
      '| softmax | 4096×1024 | f32 | Gradfold | 0.500 | 0.450-0.550 | 1.25 | 80 % | 80 % | 67.1 | 1.2e-7 |\n',
    );
    expect(text).toContain('y is 0 \\| all');
    expect(text).toContain('(performance/report/softmax-f32.svg)');
    expect(await readFile(join(folder, 'docs/performance/report/softmax-f32.svg'), 'utf8')).toContain('</svg>');
  });
});

test('a run on this adapter is shown and written with its runtime, flags and limits', async () => {
  const file = join(folder, 'run.json');
  const text = await said(
    ...['--op', 'softmax', '--shape', '24x40', '--rounds', '2', '--batch', '0.1', '--json', file],
  );
  expect(text).toMatch(/\n softmax +24×40 +f32 +a copy /);
  const { runtime, flags, limits, rows } = JSON.parse(await readFile(file, 'utf8')) as Report;
  expect(runtime).toMatch(/^Node \d+\.\d+\.\d+, Dawn of webgpu \d+\.\d+/);
  expect(flags).toContain('disable-dawn-features=timestamp_quantization');
  expect(limits.maxBufferSize).toBeGreaterThan(0);
  expect(rows).toEqual([expect.objectContaining({ library: 'Gradfold', right: true })]);
});

test('the exit code is 1 for wrong results of Gradfold, but not for failed calls', () => {
  expect(exitCodeOf(report)).toBe(0);
  expect(exitCodeOf({ ...report, rows: [untimed(row({ right: false, error: 1, note: 'y is off' }))] })).toBe(1);
  const { error: _, ...failed } = untimed(row({ right: false, note: 'fails: no memory' }));
  expect(exitCodeOf({ ...report, rows: [failed] })).toBe(0);
});

test('exact timestamps are requested in addition to other Dawn flags', () => {
  const flagsOf = (GRADFOLD_DAWN_FLAGS?: string) => {
    const env: NodeJS.ProcessEnv = GRADFOLD_DAWN_FLAGS === undefined ? {} : { GRADFOLD_DAWN_FLAGS };
    const flags = keepExactTimestamps(env);
    expect(env.GRADFOLD_DAWN_FLAGS).toBe(flags.join(';'));
    expect(keepExactTimestamps(env)).toEqual(flags);
    return flags;
  };
  expect(flagsOf()).toEqual(['disable-dawn-features=timestamp_quantization']);
  expect(flagsOf('')).toEqual(['disable-dawn-features=timestamp_quantization']);
  expect(flagsOf('adapter=x;disable-dawn-features=a,b;backend=vulkan')).toEqual([
    'adapter=x',
    'disable-dawn-features=a,b,timestamp_quantization',
    'backend=vulkan',
  ]);
});

describe('the standing', () => {
  const other = (library: string, ms: number, changes: Partial<Row> = {}) => row({ library, ms: at(ms), ...changes });

  test('compares each case with the fastest other library that is right', () => {
    const longer = { shape: [512, 32768] };
    const rows = [
      row(),
      row({ variant: 'in place', ms: at(0.1) }),
      other('jax-js', 2),
      other('TensorFlow.js', 1),
      other('ONNX Runtime Web', 0.01, { right: false }),
      other('PyTorch', 0.01, { on: 'NVIDIA H200' }),
      row(longer),
      other('jax-js', 0.25, longer),
    ];
    expect(standingOf(rows)).toEqual({
      cases: 2,
      ahead: 1,
      least: { times: 0.5, name: 'softmax [512, 32768] f32' },
      mean: 1,
    });
    expect(renderReport({ ...report, rows })).toContain(
      'in 1 of 2 cases: at least 0.50 times as fast (softmax [512, 32768] f32), 1.00 times in the geometric mean',
    );
  });

  test('is missing where no other library was timed', () => {
    expect(standingOf(report.rows)).toBeUndefined();
  });
});

describe('bad input is named', () => {
  test.each([
    [['--op', 'softmin'], "'softmin' is invalid. Expected one of: 'softmax', 'softmaxBackward', "],
    [['--shape', '12'], "'12' is invalid. Expected at least two lengths joined by x, such as 4096x1024."],
    [['--shape', '4x0'], 'bench: --shape 4x0 fits no op: expected ROWSxCOLUMNS or NxCx…, each at least 1'],
    [
      ['--op', 'crossEntropyWithGradient', '--shape', '2x3x4'],
      'bench: --shape 2x3x4 does not fit crossEntropyWithGradient: expected ROWSxCLASSES, each at least 1',
    ],
    [['--columns', '0'], "'0' is invalid. Expected a whole number from 1 up."],
    [['--columns', '--shape', '4x4'], "'--columns [columns...]' cannot be used with option '--shape <shapes...>'"],
    [['--peers', 'pytorch'], "'pytorch' is invalid. Expected one of: tensorflow, jax, onnxruntime."],
    [['--dtype', 'f64'], "'f64' is invalid. Allowed choices are f32, f16."],
    [['--batch', '0'], "'0' is invalid. Expected a number above 0."],
    [['--from', 'no/such.json'], 'bench: no/such.json cannot be read: ENOENT'],
    [['--from', 'package.json'], 'bench: package.json is not a benchmark report'],
    [['--from', 'a.json', '--op', 'softmax'], "'--from <file>' cannot be used with option '--op <names...>'"],
    [['--compare', 'package.json'], 'bench: package.json is not a benchmark report'],
    [['--merge', 'README.md'], 'bench: README.md is not JSON: '],
  ])('%j', async (args, text) => {
    expect(await said(...args)).toContain(text);
  });

  test('peers that are unknown, or missing from an installed package', async () => {
    await expect(openPeers(['pytorch'], {} as GPU)).rejects.toThrow(
      "bench: there is no peer 'pytorch', expected one of tensorflow, jax, onnxruntime",
    );
    await expect(openPeers(['jax'], {} as GPU, folder)).rejects.toThrow(
      "bench: --peers needs Gradfold's repository: an installed package does not have bench/peers",
    );
    expect((await openPeers([], {} as GPU, folder)).peers).toEqual([]);
  });

  test('processes that were not built or that fail', async () => {
    await expect(processTimes(join(folder, 'first.js'))).rejects.toThrow(
      `${join(folder, 'first.js')} is missing: npm run build`,
    );
    const failing = join(folder, 'failing.cjs');
    await writeFile(failing, 'console.error("no luck"); process.exit(3)');
    await expect(processTimes(failing)).rejects.toThrow(/^a process ended with 3: no luck/);
  });
});
