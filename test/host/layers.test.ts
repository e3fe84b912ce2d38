// Imports only go down the layers: biome.json lists for each folder what it may not import, and forbids import cycles,
// including those of types. `npm run lint` enforces both; this file proves that the rules can fail.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));

/** One forbidden import per layer: the file, what it imports, and the reason that the rule gives. */
const UPWARD = [
  ['src/core/errors.ts', './backend.ts', 'data and errors'],
  ['src/plan/rows.ts', '../core/tensor.ts', 'plans are pure'],
  ['src/device/open.ts', '../runtime/runtime.ts', 'device knows WebGPU'],
  ['src/runtime/stream.ts', '../ops/softmax.ts', 'the runtime'],
  ['src/kernels/fill.ts', '../core/tensor.ts', 'kernels work on slices'],
  ['src/core/tensor.ts', '../ops/softmax.ts', 'core is what ops stand on'],
  ['src/ops/relu.ts', '../autograd/tape.ts', 'ops stand on core'],
  ['src/reference/softmax.ts', '../core/data.ts', 'the reference imports nothing'],
  ['src/nn/layers.ts', '../index.ts', 'what is built on ops'],
  ['src/conformance/softmax.ts', '../cli/open.ts', 'conformance is a part'],
  ['bench/run.ts', '../src/cli/open.ts', 'the benchmark imports nothing of the command line'],
  ['src/cli/main.ts', '../../studies/main.ts', 'the command line is shipped'],
  ['tools/main.ts', '../test/support.ts', 'neither the app nor the tests'],
  ['web/src/run.ts', '../../src/cli/open.ts', 'the app imports'],
] as const;
const DOWNWARD = [
  ['src/plan/grid.ts', '../core/errors.ts'],
  ['src/device/usage.ts', '../plan/machine.ts'],
  ['src/ops/tanh.ts', '../core/tensor.ts'],
  ['src/cli/open.ts', '../../bench/index.ts'],
] as const;
const CIRCLE = [
  ['src/random/philox.ts', './random.ts'],
  ['src/random/random.ts', './philox.ts'],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'gradfold-layers-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The linter's output, line by line, for a small tree in which each file has one of the imports listed above. */
const problems = (() => {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  write('biome.json', JSON.stringify({ ...config, vcs: { enabled: false } }));
  for (const [file, specifier] of [...UPWARD, ...DOWNWARD]) write(file, `import '${specifier}';\n`);
  for (const [file, specifier] of CIRCLE) write(file, `import type { A } from '${specifier}';\nexport type A = 1;\n`);
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const argv = [biome, 'lint', '--reporter=github', '--max-diagnostics=none'];
  const { stdout } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
  return stdout.split('\n');
})();

const said = (file: string) => problems.filter((line) => line.includes(`${file},`));

test.each(UPWARD)('%s may not import %s', (file, _, reason) => {
  expect(said(file).join()).toContain(reason);
});

test.each(DOWNWARD)('%s may import %s', (file) => {
  expect(said(file).join()).not.toContain('noRestrictedImports');
});

test.each(CIRCLE)('a cycle of type imports through %s is an error', (file) => {
  expect(said(file).join()).toContain('noImportCycles');
});

test('every folder of the library except random, which imports nothing, has a rule', () => {
  const rules = JSON.stringify(config.overrides.map(({ includes }: { includes: string[] }) => includes));
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const without = folders.filter(({ name }) => !new RegExp(`src/(${name}/|\\{[^}]*\\b${name}\\b)`).test(rules));
  expect(without.map(({ name }) => name)).toEqual(['random']);
});
