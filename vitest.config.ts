import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { configDefaults, defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { chromiumLaunch, isLinuxX64 } from './scripts/chromium.mjs';
import { wgsl } from './scripts/wgsl.mjs';

/** What runs on every device, in the browser too: the ops, and what they stand on. */
const EVERYWHERE = ['test/*.test.ts', 'test/runtime/*.test.ts'];
/** But not these, which need Node's modules, no device, or a machine whose bindings they make small themselves. */
const NODE_ONLY = [
  'batch_norm_limits',
  'bench_command',
  'borrowed',
  'boxes',
  'compare',
  'examples',
  'experiment_command',
  'experiments',
  'explain',
  'large',
  'long_training',
  'mnist',
  'package',
  'peers',
  'plan_channels',
  'plan_rows',
  'profile',
  'runtime/device',
  'softmax_regression',
  'training',
  'wgsl',
].map((name) => `test/${name}.test.ts`);
/**
 * Whose part in the browser is its comparison with Node, or the app's; and what wants more memory than a page should take.
 */
const NOT_IN_BROWSER = ['test/check.test.ts', 'test/bench.test.ts', 'test/real_limit.test.ts'];
/** Variants of kernels that the browser's SwiftShader, which is Node's, would compile for a minute more. */
const VARIANTS = [
  'axis',
  'batch_norm_halves',
  'batch_norm_held',
  'batch_norm_options',
  'batch_norm_relu',
  'matmul_tiled',
  'slices',
].map((name) => `test/${name}.test.ts`);
/** Where WebGPU's defaults are between the adapter's own limits and those of its compatibility level: what sees that, and one op. */
const WITH_DEFAULTS = ['limits', 'reduce'].map((name) => `test/${name}.test.ts`);
/**
 * What has nothing to do with limits: variants of kernels that are tried with the adapter's, and in the browser, and what is
 * made of ops alone; the stream and its memory; and what the check folds there. Software compiles each kernel for seconds.
 */
const NOT_IN_LIMITS = [
  'axis',
  'batch_norm_halves',
  'batch_norm_held',
  'batch_norm_options',
  'batch_norm_relu',
  'batch_norm_train',
  'bench',
  'conv2d',
  'cross_entropy',
  'dropout',
  'half',
  'matmul_tiled',
  'nn',
  'optim_input',
  'optim_training',
  'pooling',
  'runtime/memory',
  'runtime/stream',
  'safetensors',
  'schedules',
  'slices',
  'softmax',
  'training_curve',
  'unroll',
  'value_and_grad',
].map((name) => `test/${name}.test.ts`);
/** Compares the browser with Node. */
const BROWSER_ONLY = 'test/browser_errors.test.ts';
/** Sees that the limits are what they should be. */
const LIMITS_ONLY = 'test/limits.test.ts';

/** On Dawn, on the adapter that the environment leads to, with its largest limits. */
const node: TestProjectConfiguration = {
  extends: true,
  test: {
    name: 'node',
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/web/**', BROWSER_ONLY, LIMITS_ONLY],
    globalSetup: ['scripts/adapter-or-fail.ts'],
    provide: { limits: 'adapter' },
  },
};

/** The same, on a device with no more than what a level of WebGPU promises, and no optional feature. */
const limits = (level: 'default' | 'compatibility'): TestProjectConfiguration => ({
  extends: true,
  test: {
    name: `limits-${level}`,
    include: level === 'default' ? WITH_DEFAULTS : EVERYWHERE,
    exclude: [...configDefaults.exclude, ...NODE_ONLY, ...NOT_IN_LIMITS, BROWSER_ONLY],
    globalSetup: ['scripts/adapter-or-fail.ts'],
    provide: { limits: level },
  },
});

/** In the headless Chromium of npm @sparticuz/chromium, on its own SwiftShader. */
const browser = (): TestProjectConfiguration => ({
  extends: true,
  test: {
    name: 'browser',
    include: EVERYWHERE,
    exclude: [...configDefaults.exclude, ...NODE_ONLY, ...NOT_IN_BROWSER, ...VARIANTS, LIMITS_ONLY],
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
    include: ['test/web/*.test.ts'],
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
    projects: [node, limits('default'), limits('compatibility'), ...(isLinuxX64 ? [browser(), web()] : [])],
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
