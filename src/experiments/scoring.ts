import type { Backend } from '../backend.ts';
import type { Layer, Tensors } from '../nn/layer.ts';
import { batchNorm, linear, relu } from '../nn/layers.ts';
import { sequential } from '../nn/sequential.ts';
import { argmax } from '../ops/argmax.ts';
import { batchNormStats } from '../ops/batch_norm_stats.ts';
import { batchNormInference } from '../ops/batch_norm_train.ts';
import { concat } from '../ops/concat.ts';
import { crossEntropy } from '../ops/cross_entropy.ts';
import { add } from '../ops/elementwise.ts';
import { matmul } from '../ops/matmul.ts';
import { sgd } from '../optim/sgd.ts';
import { Random } from '../random/random.ts';
import type { Tensor } from '../tensor.ts';
import { CLASSES, PIXELS } from '../training/digits.ts';
import {
  batchesOf,
  batchOf,
  type DigitSets,
  firstRows,
  type OnProgress,
  type Samples,
  samplesOf,
  score,
  stepOf,
} from './fit.ts';

export interface ScoringSettings {
  readonly images: number;
  readonly seed: number;
  /** Units of both hidden layers. */
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  /** The weight of the new value in the running averages; the first network is the one that is scored in batches. */
  readonly momenta: readonly number[];
  /** Digits that are scored. */
  readonly scored: number;
  /** How many at once. */
  readonly sizes: readonly number[];
}

export const SCORING: ScoringSettings = {
  ...{ images: 2000, seed: 1, hidden: 64, epochs: 5, batch: 50, rate: 0.1 },
  ...{ momenta: [0.1, 0.01, 0.03, 0.5, 1], scored: 1024, sizes: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] },
};

/** Accuracies of one network by the size of the batches that it scores. */
export interface BatchScore {
  readonly size: number;
  /** By running averages: of mixed batches, and of batches of one digit each. */
  readonly running: { readonly mixed: number; readonly sorted: number };
  /** By each batch's own statistics. */
  readonly own: { readonly mixed: number; readonly sorted: number };
}

/** A network's accuracy in the course of its training. */
export interface LagPoint {
  readonly step: number;
  /** By running averages, in the order of the momenta. */
  readonly running: readonly number[];
  /** By the statistics of all digits that it learns from: what the averages run after. */
  readonly exact: number;
}

export interface ScoringResult {
  readonly settings: ScoringSettings;
  readonly batches: readonly BatchScore[];
  readonly lag: readonly LagPoint[];
}

/** Batch-norm scored by running averages, and by the statistics of what is scored. */
export async function scoring(
  backend: Backend,
  { train, test }: DigitSets,
  changes: Partial<ScoringSettings> = {},
  onProgress: OnProgress = () => {},
): Promise<ScoringResult> {
  const settings = { ...SCORING, ...changes };
  const { images, seed, epochs, batch, rate, momenta, sizes } = settings;
  using samples = samplesOf(backend, { ...train, count: images });
  using scored = samplesOf(backend, { ...test, count: settings.scored });
  const models = momenta.map((momentum) => sequential(backend, layersOf(settings.hidden, momentum), { seed }));
  const optimisers = models.map((model) => sgd(model.parameters, { learningRate: rate }));
  try {
    const steps = epochs * Math.floor(images / batch);
    const lag: LagPoint[] = [];
    let step = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const rows of batchesOf(images, batch, seed, epoch)) {
        backend.scope(() => {
          const { x, labels } = batchOf(samples, rows);
          for (const [i, model] of models.entries()) {
            const lossOf = (parameters: Tensors[]) =>
              crossEntropy(model.forward(x, { training: true }, parameters), labels);
            stepOf(backend, optimisers[i] as (typeof optimisers)[number], lossOf);
          }
        });
        step++;
        // At powers of two, and at the end.
        if (!Number.isInteger(Math.log2(step)) && step < steps) continue;
        const accuracyOf = async (logitsOf: (x: Tensor) => Tensor) => (await score(scored, logitsOf)).accuracy;
        const running = models.map((model, i) =>
          accuracyOf((x) => model.forward(x, { training: false }, optimisers[i]?.parameters ?? [])),
        );
        const { parameters } = optimisers[0] as (typeof optimisers)[number];
        const exact = accuracyOf((x) => logitsOf(parameters, x, statisticsOf(parameters, samples.x)));
        lag.push({ step, running: await Promise.all(running), exact: await exact });
        onProgress(step, steps + 2 * sizes.length);
      }
    }
    const { parameters } = optimisers[0] as (typeof optimisers)[number];
    const model = models[0] as (typeof models)[number];
    const byRunning = (x: Tensor) => model.forward(x, { training: false }, parameters);
    const byOwn = (x: Tensor) => logitsOf(parameters, x, statisticsOf(parameters, x));
    // In random order: the test set's own runs from clean hands to others.
    const mixed = new Random(seed).permutation(scored.count);
    const sorted = firstRows(scored.count).sort((a, b) => labelOf(a) - labelOf(b) || a - b);
    function labelOf(row: number): number {
      return test.labels[row] as number;
    }
    const batches: BatchScore[] = [];
    for (const size of sizes) {
      const accuracyOf = async (groups: readonly Uint32Array[], by: (x: Tensor) => Tensor) => {
        const predictions = await predictionsOf(scored, groups, by);
        return (
          groups.flatMap((rows) => [...rows]).filter((row, i) => labelOf(row) === predictions[i]).length / scored.count
        );
      };
      const [inMixed, inSorted] = [groupsOf(mixed, size), groupsOf(sorted, size, labelOf)];
      batches.push({
        size,
        running: { mixed: await accuracyOf(inMixed, byRunning), sorted: await accuracyOf(inSorted, byRunning) },
        own: { mixed: await accuracyOf(inMixed, byOwn), sorted: await accuracyOf(inSorted, byOwn) },
      });
      onProgress(steps + 2 * batches.length, steps + 2 * sizes.length);
    }
    return { settings, batches, lag };
  } finally {
    for (const each of [...optimisers, ...models]) each.dispose();
  }
}

function layersOf(hidden: number, momentum: number): Layer[] {
  return [
    linear(PIXELS, hidden),
    batchNorm(hidden, { momentum }),
    relu(),
    linear(hidden, hidden),
    batchNorm(hidden, { momentum }),
    relu(),
    linear(hidden, CLASSES),
  ];
}

/** Mean and variance of each batch-norm. */
export type Statistics = readonly { readonly mean: Tensor; readonly variance: Tensor }[];

/** What both batch-norms see of some images, each behind the one before it, in tensors of the scope that is open. */
export function statisticsOf(parameters: readonly Tensors[], x: Tensor): Statistics {
  const statistics: { mean: Tensor; variance: Tensor }[] = [];
  logitsOf(parameters, x, (z, at) => (statistics[at] = batchNormStats(z)));
  return statistics;
}

/** Logits [N, 10] by given statistics, or by those of each layer's own input. */
export function logitsOf(
  parameters: readonly Tensors[],
  x: Tensor,
  statistics: Statistics | ((z: Tensor, at: number) => Statistics[number]),
): Tensor {
  const [first, firstNorm, second, secondNorm, last] = parameters as readonly Record<string, Tensor>[];
  const normalised = (z: Tensor, affine: Record<string, Tensor> | undefined, at: number) => {
    const { mean, variance } = typeof statistics === 'function' ? statistics(z, at) : (statistics[at] as Statistics[0]);
    const { gamma, beta } = affine as { gamma: Tensor; beta: Tensor };
    return batchNormInference(z, { mean, variance, gamma, beta, activation: 'relu' });
  };
  const h = normalised(matmul(x, first?.weight as Tensor), firstNorm, 0);
  const g = normalised(matmul(h, second?.weight as Tensor), secondNorm, 1);
  return add(matmul(g, last?.weight as Tensor), last?.bias as Tensor);
}

/** Rows in groups of a size, the last of which may be smaller; of one label each, where labels are given. */
export function groupsOf(rows: Uint32Array, size: number, labelOf?: (row: number) => number): Uint32Array[] {
  const groups: Uint32Array[] = [];
  for (let from = 0; from < rows.length; ) {
    const label = labelOf?.(rows[from] as number);
    let to = from + 1;
    while (to < rows.length && to - from < size && labelOf?.(rows[to] as number) === label) to++;
    groups.push(rows.subarray(from, to));
    from = to;
  }
  return groups;
}

/** What is seen in each row of each group. @param by logits from pixels */
async function predictionsOf(
  samples: Samples,
  groups: readonly Uint32Array[],
  by: (x: Tensor) => Tensor,
): Promise<ArrayLike<number>> {
  const { backend } = samples.x;
  // One read for all: a tensor of a few numbers for each group would cost more than what it tells.
  const predictions = backend.scope(() => {
    let parts: Tensor[] = groups.map((rows) => backend.scope(() => argmax(by(batchOf(samples, rows).x))));
    while (parts.length > 1)
      parts = Array.from({ length: Math.ceil(parts.length / 64) }, (_, i) => concat(parts.slice(64 * i, 64 * (i + 1))));
    return parts[0] as Tensor;
  });
  const values = await predictions.data();
  predictions.dispose();
  return values;
}
