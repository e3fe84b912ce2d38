import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { chromiumLaunch, isLinuxX64 } from './scripts/chromium.mjs';
import { wgsl } from './scripts/wgsl.mjs';

/** A test's folder says where it runs. */
const folders = (...names: string[]) => names.map((name) => `test/${name}/**/*.test.ts`);

/** Without a device: plans, the reference, and what else runs on the host alone. */
const host: TestProjectConfiguration = {
  extends: true,
  test: { name: 'host', include: folders('host', 'plan', 'reference') },
};

/** On Dawn, on the adapter that the environment leads to, with its largest limits. */
const node: TestProjectConfiguration = {
  extends: true,
  test: {
    name: 'node',
    include: folders('fuzz', 'node', 'ops', 'runtime', 'training', 'variants'),
    globalSetup: ['scripts/adapter-or-fail.ts'],
    provide: { limits: 'adapter' },
  },
};

/** On a device with no more than what a level of WebGPU promises, and no optional feature. */
const limits = (level: 'default' | 'compatibility', include: string[]): TestProjectConfiguration => ({
  extends: true,
  test: {
    name: `limits-${level}`,
    include,
    globalSetup: ['scripts/adapter-or-fail.ts'],
    provide: { limits: level },
  },
});

/** In the headless Chromium of npm @sparticuz/chromium, on its own SwiftShader. */
const browser = (): TestProjectConfiguration => ({
  extends: true,
  test: {
    name: 'browser',
    include: folders('browser', 'ops', 'runtime', 'training'),
    globalSetup: ['scripts/browser-setup.ts'],
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
const web = (): TestProjectConfiguration => ({
  extends: true,
  test: {
    name: 'web',
    include: folders('web'),
    globalSetup: ['scripts/web-setup.ts'],
    // Each has a browser beside it, which uses every core.
    sequence: { groupOrder: 2 },
    fileParallelism: false,
    // A page waits for kernels that a crowded processor compiles; what fails once is tried again, and said to have been.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    retry: 2,
  },
});

const missing = isLinuxX64
  ? []
  : [`the browser's tests: npm @sparticuz/chromium has none for ${process.platform} ${process.arch}`];

export default defineConfig({
  plugins: [wgsl()],
  // Fixtures, which browsers have no other way to.
  assetsInclude: ['**/*.safetensors'],
  test: {
    projects: [
      host,
      node,
      // WebGPU's defaults lie between the adapter's own limits and those of its compatibility level: one op is enough.
      limits('default', [...folders('limits'), 'test/ops/reduce.test.ts']),
      limits('compatibility', folders('limits', 'ops', 'runtime')),
      ...(isLinuxX64 ? [browser(), web()] : []),
    ],
    // The adapter's environment is read when a process starts: threads would share one Dawn.
    pool: 'forks',
    // Measured on two cores, tests that spend half their time in the judge: 2 processes take 0.7 of the time of 1, 3
    // no less than 2, on SwiftShader as on llvmpipe, which both use every core by themselves. More than a few would
    // crowd a real GPU's memory.
    maxWorkers: Math.min(availableParallelism(), 4),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', ['./scripts/closing-line.ts', { missing }]],
  },
});
