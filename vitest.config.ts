import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { chromiumLaunch, isLinuxX64 } from './scripts/chromium.mjs';
import type { Part } from './scripts/closing-line.ts';
import { ops } from './scripts/ops.mjs';
import { LongestFirst } from './scripts/sequencer.ts';
import { wgsl } from './scripts/wgsl.mjs';

// A test's folder says where it runs. `npm test` runs the projects host, node and smoke-*, `npm run test:all` the rest.

const folders = (...names: string[]) => names.map((name) => `test/${name}/**/*.test.ts`);

/** Tests without a device: plans, the reference and everything else that runs only on the host. */
const host: TestProjectConfiguration = {
  extends: true,
  test: { name: 'host', include: folders('host', 'plan', 'reference') },
};

/** Tests on Dawn, with the adapter's largest limits, or with those of a level of WebGPU and no optional features. */
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

/** Tests in the headless Chromium of npm's @sparticuz/chromium, on its SwiftShader. */
const inChromium = (name: string, include: string[], setUp: string): TestProjectConfiguration => ({
  extends: true,
  test: {
    name,
    include,
    globalSetup: [setUp],
    // These run after the others because the browser's processes would exceed maxWorkers.
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

/** Tests of the built app, served to the same Chromium. */
const ofTheApp = (name: string, include: string[]): TestProjectConfiguration => ({
  extends: true,
  test: {
    name,
    include,
    globalSetup: ['scripts/web-setup.ts'],
    // Each file has its own browser, which uses every core.
    sequence: { groupOrder: 2 },
    fileParallelism: false,
    // Pages wait for kernels to compile, which takes long on a busy CPU.
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

/** The parts that a run may leave out, which its last lines list. */
const parts: Part[] = [
  {
    projects: ['host', 'node', 'smoke-browser', 'smoke-web'],
    what: 'every op on this adapter, plans, gradients, runtime, bad input',
    command: 'npm test',
  },
  {
    projects: ['variants'],
    what: 'rarer variants of kernels and large tensors, which take minutes on a software adapter',
    command: 'npm run test:variants',
  },
  {
    projects: ['fuzz'],
    what: '2,000 drawn calls and 80 compositions of gradients, of which npm test runs a tenth',
    command: 'npm run test:fuzz',
  },
  {
    projects: ['limits-default', 'limits-compatibility'],
    what: "the ops within WebGPU's guaranteed limits, which need other kernels",
    command: 'npm run test:limits',
  },
  {
    projects: ['browser'],
    what: 'the ops in Chromium, which compiles every kernel again',
    command: 'npm run test:browser',
  },
  { projects: ['web'], what: 'the app except for its smoke test, which takes minutes', command: 'npm run test:web' },
  { projects: [], what: 'tests that may differ on llvmpipe, another adapter', command: 'npm run test:llvmpipe' },
  { projects: [], what: "the ops and a training in Deno, on wgpu's WebGPU", command: 'npm run test:deno' },
  { projects: [], what: 'the same in Firefox, whose WebGPU is another build of wgpu', command: 'npm run test:firefox' },
];
const missing = isLinuxX64
  ? []
  : [`the browser's tests: npm @sparticuz/chromium has none for ${process.platform} ${process.arch}`];

export default defineConfig({
  plugins: [wgsl(), ops()],
  // Browsers can only load fixtures as assets.
  assetsInclude: ['**/*.safetensors'],
  test: {
    projects: [
      host,
      onDawn('node', folders('fuzz', 'node', 'ops', 'runtime', 'training')),
      onDawn('variants', folders('variants')),
      onDawn('fuzz', ['test/fuzz/fuzz.test.ts', 'test/fuzz/gradients.test.ts'], 'adapter', {
        GRADFOLD_FUZZ_RUNS: process.env.GRADFOLD_FUZZ_RUNS ?? '2000',
      }),
      // WebGPU's defaults lie between the adapter's own limits and those of its compatibility level: one op is enough.
      onDawn('limits-default', [...folders('limits'), 'test/ops/reduce.test.ts'], 'default'),
      onDawn('limits-compatibility', folders('limits', 'ops', 'runtime'), 'compatibility'),
      ...(isLinuxX64 ? browsers() : []),
    ],
    // All test files of a process share one device, so that each kernel is compiled once.
    isolate: false,
    // Dawn reads the adapter's environment when a process starts, and threads would share one Dawn.
    pool: 'forks',
    // Measured on two cores with tests that spend half their time in the reference: 2 processes take 0.7 of the time of
    // 1, and 3 take no less than 2, on SwiftShader and llvmpipe, which both use every core. More than a few would fill
    // a real GPU's memory.
    maxWorkers: Math.min(availableParallelism(), 4),
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', ['./scripts/closing-line.ts', { parts, missing }]],
  },
});
