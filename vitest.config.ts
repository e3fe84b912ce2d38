import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { chromiumLaunch, isLinuxX64 } from './scripts/chromium.mjs';
import type { Part } from './scripts/closing-line.ts';
import { ops } from './scripts/ops.mjs';
import { LongestFirst } from './scripts/sequencer.ts';
import { wgsl } from './scripts/wgsl.mjs';

// A test's folder says where it runs. `npm test` takes the projects host, node and smoke-*, `npm run test:all` the others.

const folders = (...names: string[]) => names.map((name) => `test/${name}/**/*.test.ts`);

/** Without a device: plans, the reference, and what else runs on the host alone. */
const host: TestProjectConfiguration = {
  extends: true,
  test: { name: 'host', include: folders('host', 'plan', 'reference') },
};

/** On Dawn, with the adapter's largest limits or no more than what a level of WebGPU promises and no optional feature. */
function onDawn(
  name: string,
  include: string[],
  limits: 'adapter' | 'default' | 'compatibility' = 'adapter',
  env: Record<string, string> = {},
): TestProjectConfiguration {
  const globalSetup = ['scripts/adapter-or-fail.ts'];
  return {
    extends: true,
    test: { name, include, globalSetup, setupFiles: ['test/poll.ts'], provide: { limits }, env },
  };
}

/** In the headless Chromium of npm @sparticuz/chromium, on its own SwiftShader. */
const inChromium = (name: string, include: string[], setUp: string): TestProjectConfiguration => ({
  extends: true,
  test: {
    name,
    include,
    globalSetup: [setUp],
    // After the others: beside them its processes would come on top of maxWorkers.
    sequence: { groupOrder: 1 },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: chromiumLaunch() }),
      instances: [{ browser: 'chromium' }],
    },
  },
});

/** The app, built and served, in the same Chromium. */
const ofTheApp = (name: string, include: string[]): TestProjectConfiguration => ({
  extends: true,
  test: {
    name,
    include,
    globalSetup: ['scripts/web-setup.ts'],
    // Each has a browser beside it, which uses every core.
    sequence: { groupOrder: 2 },
    fileParallelism: false,
    // A page waits for kernels that a crowded processor compiles.
    testTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
});

const browsers = () => [
  inChromium('smoke-browser', ['test/browser/smoke.test.ts'], 'scripts/chromium-setup.ts'),
  inChromium('browser', folders('browser', 'ops', 'runtime', 'training'), 'scripts/browser-setup.ts'),
  ofTheApp('smoke-web', ['test/web/smoke.test.ts']),
  ofTheApp('web', folders('web')),
];

/** What a run may leave out, as its last lines say. */
const parts: Part[] = [
  {
    projects: ['host', 'node', 'smoke-browser', 'smoke-web'],
    what: 'every op on this adapter, plans, gradients, runtime, bad input',
    command: 'npm test',
  },
  {
    projects: ['variants'],
    what: 'rarer variants of kernels and large tensors, which take a software adapter minutes',
    command: 'npm run test:variants',
  },
  { projects: ['fuzz'], what: '2,000 drawn calls, of which npm test makes 200', command: 'npm run test:fuzz' },
  {
    projects: ['limits-default', 'limits-compatibility'],
    what: "the ops within WebGPU's least limits, which compile anew",
    command: 'npm run test:limits',
  },
  { projects: ['browser'], what: 'the ops in Chromium, which compile anew', command: 'npm run test:browser' },
  { projects: ['web'], what: 'the app but for its first page, which takes minutes', command: 'npm run test:web' },
  { projects: [], what: 'what may differ on llvmpipe, another adapter', command: 'npm run test:llvmpipe' },
];
const missing = isLinuxX64
  ? []
  : [`the browser's tests: npm @sparticuz/chromium has none for ${process.platform} ${process.arch}`];

export default defineConfig({
  plugins: [wgsl(), ops()],
  // Fixtures, which browsers have no other way to.
  assetsInclude: ['**/*.safetensors'],
  test: {
    projects: [
      host,
      onDawn('node', folders('fuzz', 'node', 'ops', 'runtime', 'training')),
      onDawn('variants', folders('variants')),
      onDawn('fuzz', ['test/fuzz/fuzz.test.ts'], 'adapter', {
        GRADFOLD_FUZZ_RUNS: process.env.GRADFOLD_FUZZ_RUNS ?? '2000',
      }),
      // WebGPU's defaults lie between the adapter's own limits and those of its compatibility level: one op is enough.
      onDawn('limits-default', [...folders('limits'), 'test/ops/reduce.test.ts'], 'default'),
      onDawn('limits-compatibility', folders('limits', 'ops', 'runtime'), 'compatibility'),
      ...(isLinuxX64 ? browsers() : []),
    ],
    // A process has one device, so that a kernel is compiled once for all of its files.
    isolate: false,
    // The adapter's environment is read when a process starts: threads would share one Dawn.
    pool: 'forks',
    // Measured on two cores, tests that spend half their time in the reference: 2 processes take 0.7 of the time of 1, 3
    // no less than 2, on SwiftShader as on llvmpipe, which both use every core by themselves. More than a few would
    // crowd a real GPU's memory.
    maxWorkers: Math.min(availableParallelism(), 4),
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', ['./scripts/closing-line.ts', { parts, missing }]],
  },
});
