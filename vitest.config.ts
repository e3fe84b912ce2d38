import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { wgsl } from './scripts/wgsl.mjs';

export default defineConfig({
  plugins: [wgsl()],
  test: {
    include: ['test/**/*.test.ts'],
    // The adapter's environment is read when a process starts: threads would share one Dawn.
    pool: 'forks',
    // Measured on two cores, tests that spend half their time in the judge: 2 processes take 0.7 of the time of 1, 3
    // no less than 2, on SwiftShader as on llvmpipe, which both use every core by themselves. More than a few would
    // crowd a real GPU's memory.
    maxWorkers: Math.min(availableParallelism(), 4),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ['scripts/adapter-or-fail.ts'],
    reporters: ['default', './scripts/closing-line.ts'],
  },
});
