// The experiments with few digits and few steps: their mathematical statements hold at any size.

import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/backend.ts';
import { batchNormOnAndOff, bestAndRange } from '../../studies/experiments/batch_norm.ts';
import { batchSize } from '../../studies/experiments/batch_size.ts';
import { batchesOf, type OnProgress } from '../../studies/experiments/fit.ts';
import { predictedSteps } from '../../studies/experiments/saturated_neuron.ts';
import { saturation } from '../../studies/experiments/saturation.ts';
import { groupsOf, scoring } from '../../studies/experiments/scoring.ts';
import { expectedBest, gridOf, SEARCH, search } from '../../studies/experiments/search.ts';
import { twoClasses } from '../../studies/experiments/two_classes.ts';
import { loadMnist } from '../../studies/mnist.ts';
import { tell as tellBatchNorm } from '../../studies/pages/batch_norm.ts';
import { tell as tellBatchSize } from '../../studies/pages/batch_size.ts';
import type { Telling } from '../../studies/pages/experiment.ts';
import { tell as tellSaturation } from '../../studies/pages/saturation.ts';
import { tell as tellScoring } from '../../studies/pages/scoring.ts';
import { tell as tellSearch } from '../../studies/pages/search.ts';
import { tell as tellTwoClasses } from '../../studies/pages/two_classes.ts';
import { renderPanels } from '../../studies/panels.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
const digits = await loadMnist();

/** Runs an experiment and returns its result. Expects freed tensors, complete progress and a page without blanks. */
async function run<S, R>(
  experiment: (backend: Backend, sets: typeof digits, settings: S, onProgress: OnProgress) => Promise<R>,
  settings: S,
  tell: (result: R) => Telling,
): Promise<R> {
  const before = backend().memory().liveBytes;
  let last: [number, number] = [0, 1];
  const result = await experiment(backend(), digits, settings, (done, total) => {
    expect(done).toBeGreaterThan(last[0]);
    last = [done, total];
  });
  expect(last[0]).toBe(last[1]);
  expect(backend().memory().liveBytes).toBe(before);
  const { setting, tables, chart, finding } = tell(result);
  const cells = tables.flatMap(({ caption, head, rows }) => [caption, ...head, ...rows.flat()]);
  for (const text of [...setting, ...finding, ...cells]) expect(text).not.toMatch(/undefined|NaN|Infinity/);
  for (const { head, rows } of tables) for (const row of rows) expect(row).toHaveLength(head.length);
  const svg = await renderPanels({ ...chart, subtitle: 'here' });
  expect(svg).toMatch(/^<svg /);
  expect(svg).not.toMatch(/NaN|undefined/);
  for (const { x, y } of chart.panels) for (const { name } of [x, y]) expect(svg).toContain(name);
  return result;
}

test('the batches of an epoch contain every sample once, in a different order each epoch', () => {
  const rows = batchesOf(10, 5, 1, 0).flatMap((batch) => [...batch]);
  expect(rows.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(rows).not.toEqual(batchesOf(10, 5, 1, 1).flatMap((batch) => [...batch]));
  expect(batchesOf(10, 4, 1, 0).map(({ length }) => length)).toEqual([4, 4]);
  expect(() => batchesOf(10, 11, 1, 0)).toThrow('experiments: batch is 11, expected at most 10, the number of samples');
});

describe('saturation', () => {
  const settings = { images: 200, starts: [3, 4, 10], steps: 600, epochs: 1, rates: [1], batch: 50 };

  test('the squared error’s gradient is the cross-entropy’s times a·(1 - a), and its plateau is longer', async () => {
    const { neurons } = await run(saturation, settings, tellSaturation);
    const of = (loss: string, start: number) => neurons.find((run) => run.loss === loss && run.start === start)!;
    for (const start of settings.starts) {
      const [squared, entropy] = [of('squared', start), of('entropy', start)];
      const output = 1 / (1 + Math.exp(-start));
      expect(entropy.curve[0]!.gradient).toBeCloseTo(output, 6);
      const ratio = squared.curve[0]!.gradient / entropy.curve[0]!.gradient;
      // For a near 1, 1 - a has few digits in f32.
      expect(Math.abs(ratio / (output * (1 - output)) - 1)).toBeLessThan(2 ** -24 / (1 - output) + 1e-5);
      expect(entropy.plateau).toBeLessThan(squared.plateau);
      expect(entropy.converged).toBeLessThan(squared.converged ?? settings.steps);
    }
    // The steps differ from those of the differential equation by less than 3.
    for (const { converged, predicted } of neurons)
      if (converged !== undefined) expect(Math.abs(converged - predicted)).toBeLessThan(3);
    expect(predictedSteps('squared', 10, 0.1, 0.15)).toBeGreaterThan(70_000);
    expect(of('squared', 4).converged).toBeDefined();
    expect(of('squared', 10)).toMatchObject({ plateau: settings.steps, converged: undefined });
  });
});

describe('batch-norm on and off', () => {
  test('both learn at a suitable rate, and neither at a rate that is too small', async () => {
    const rates = [1e-5, 0.1];
    const settings = { images: 500, seeds: 1, hidden: [16], epochs: 4, batch: 25, rates, goal: 1 };
    const { plain, normalized } = await run(batchNormOnAndOff, settings, tellBatchNorm);
    for (const { runs, best, range } of [plain, normalized]) {
      expect(runs.map(({ converged }) => converged)).toEqual([false, true]);
      expect(best.rate).toBe(0.1);
      expect(range).toEqual({ least: 0.1, most: 0.1, factor: 1 });
    }
  });

  test('the range surrounds the best rate; a non-finite loss has not converged', () => {
    const runOf = (rate: number, loss: number) => ({ rate, losses: [2, loss], converged: loss <= 1 });
    const runs = [runOf(1, 0.9), runOf(2, 3), runOf(4, 0.5), runOf(8, 0.4), runOf(16, Number.NaN)];
    expect(bestAndRange(runs)).toEqual({ best: runs[3], range: { least: 4, most: 8, factor: 2 } });
    expect(bestAndRange([runOf(1, 2)]).range).toBeUndefined();
  });
});

describe('scoring', () => {
  test('with running averages is independent of the batch; with batch statistics a single digit cannot be classified', async () => {
    const settings = {
      images: 500,
      hidden: 16,
      epochs: 4,
      batch: 25,
      scored: 128,
      sizes: [1, 16, 128],
      momenta: [0.1, 1],
    };
    const { batches, lag } = await run(scoring, settings, tellScoring);
    const running = new Set(batches.flatMap(({ running }) => [running.mixed, running.sorted]));
    expect(running.size).toBe(1);
    const [one, , all] = batches;
    // A single digit equals its mean, so all digits look alike.
    expect(one!.own.mixed).toBe(one!.own.sorted);
    expect(one!.own.mixed).toBeLessThan(0.25);
    expect(all!.own.mixed).toBeGreaterThan(0.5);
    expect(all!.own.sorted).toBeLessThan(all!.own.mixed);
    expect(lag.map(({ step }) => step)).toEqual([1, 2, 4, 8, 16, 32, 64, 80]);
  });

  test('groups have the given size, and a single label on request', () => {
    const rows = Uint32Array.of(0, 1, 2, 3, 4);
    const sizes = (groups: Uint32Array[]) => groups.map((group) => [...group]);
    expect(sizes(groupsOf(rows, 2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(sizes(groupsOf(rows, 2, (row) => Number(row > 2)))).toEqual([[0, 1], [2], [3, 4]]);
  });
});

test('batch means deviate as the formula predicts; training ends at its goal', async () => {
  const settings = { images: 200, seeds: 1, hidden: 16, sizes: [10, 50, 200], goal: 0.5, steps: 200, scored: 200 };
  const { runs, spreads } = await run(batchSize, settings, tellBatchSize);
  for (const { reached, steps, train, test } of runs) {
    expect(reached).toBe(true);
    expect(steps).toBeLessThanOrEqual(200);
    expect(train.loss).toBeLessThanOrEqual(0.5);
    expect(test.loss).toBeGreaterThan(train.loss);
  }
  for (const { measured, predicted } of spreads) expect(Math.abs(measured - predicted)).toBeLessThan(0.05);
  expect(spreads.at(-1)!.measured).toBeLessThan(1e-6);
});

describe('softmax with two classes', () => {
  test('equals logistic regression within the rounding bound', async () => {
    const { steps, accuracy, disagreements } = await run(twoClasses, { images: 500, epochs: 4 }, tellTwoClasses);
    expect(steps).toHaveLength(16);
    for (const each of steps) {
      expect(each.probability).toBeLessThan(each.probabilityBound);
      expect(each.lossDifference).toBeLessThan(each.lossBound);
    }
    // The bound is far below the difference between two models, so it is meaningful.
    expect(steps.at(-1)!.probabilityBound).toBeLessThan(0.01);
    expect(steps.at(-1)!.loss).toBeLessThan(steps[0]!.loss);
    expect(accuracy).toBeGreaterThan(0.7);
    expect(disagreements).toBe(0);
  });

  test('needs at least one batch of the two digits', async () => {
    await expect(twoClasses(backend(), digits, { images: 20 })).rejects.toThrow(
      /^twoClasses: images has \d of the digits 3,5, expected at least 20$/,
    );
  });
});

describe('search', () => {
  test('three ways to train many models give the same models; interleaved training gives the same bits', {
    timeout: 120_000,
  }, async () => {
    const settings = { images: 256, hidden: 8, side: 2, draws: 1, scored: 100, counts: [1, 2], repeats: 1 };
    const { agreement, grid, random, timings } = await run(search, settings, tellSearch);
    expect(agreement.interleavedIsSame).toBe(true);
    expect(agreement.batchedFirst).toBeLessThan(1e-3);
    expect(agreement.batchedLast).toBeLessThan(1e-2);
    expect(grid).toHaveLength(4);
    expect(random.map(({ length }) => length)).toEqual([4]);
    for (const { ms } of timings) for (const { least } of Object.values(ms)) expect(least).toBeGreaterThan(0);
  });

  test('grid points are the midpoints of cells', () => {
    const trials = gridOf({ ...SEARCH, side: 2, rates: [1, 16], rests: [1 / 16, 1] });
    expect(trials).toEqual([
      { rate: 2, momentum: 1 - 1 / 8 },
      { rate: 8, momentum: 1 - 1 / 8 },
      { rate: 2, momentum: 0.5 },
      { rate: 8, momentum: 0.5 },
    ]);
  });

  test('the expected best of n is the mean over all subsets', () => {
    const values = [0.3, 0.1, 0.9, 0.5];
    expect(expectedBest(values, 1)).toBeCloseTo(0.45, 12);
    const pairs = values.flatMap((a, i) => values.slice(i + 1).map((b) => Math.max(a, b)));
    expect(expectedBest(values, 2)).toBeCloseTo(pairs.reduce((sum, value) => sum + value, 0) / 6, 12);
    expect(expectedBest(values, 4)).toBe(0.9);
  });
});
