import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import { argmax } from '../../src/ops/argmax.ts';
import { batchNormStats } from '../../src/ops/batch_norm_stats.ts';
import { concat } from '../../src/ops/concat.ts';
import { Random } from '../../src/random/random.ts';
import {
  batchesOf,
  batchOf,
  type DigitSets,
  firstRows,
  type Learner,
  learnerOf,
  type OnProgress,
  type Samples,
  samplesOf,
  score,
  stepOf,
} from './fit.ts';
import { layersOf, logitsBy, logitsByAll } from './normalized.ts';

export interface ScoringSettings {
  readonly images: number;
  readonly seed: number;
  /** Units of each of the two hidden layers. */
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  /** The weights of a new value in the running averages, one per network. The first network is scored in batches. */
  readonly momenta: readonly number[];
  /** The number of test digits. */
  readonly scored: number;
  /** The batch sizes to score with. */
  readonly sizes: readonly number[];
}

export const SCORING: ScoringSettings = {
  ...{ images: 2000, seed: 1, hidden: 64, epochs: 5, batch: 50, rate: 0.1 },
  ...{ momenta: [0.1, 0.01, 0.03, 0.5, 1], scored: 1024, sizes: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] },
};

/** The accuracies of one network for one batch size. */
export interface BatchScore {
  readonly size: number;
  /** By running averages, for mixed batches and for batches of a single digit. */
  readonly running: { readonly mixed: number; readonly sorted: number };
  /** By each batch's own statistics. */
  readonly own: { readonly mixed: number; readonly sorted: number };
}

/** The accuracy of a network at one step of its training. */
export interface LagPoint {
  readonly step: number;
  /** By running averages, in the order of the momenta. */
  readonly running: readonly number[];
  /** By the statistics of the training set, which the running averages approximate. */
  readonly exact: number;
}

export interface ScoringResult {
  readonly settings: ScoringSettings;
  readonly batches: readonly BatchScore[];
  readonly lag: readonly LagPoint[];
}

/** Scores a network with batch-norm by running averages and by the statistics of each scored batch. */
export async function scoring(
  backend: TensorBackend,
  { train, test }: DigitSets,
  changes: Partial<ScoringSettings> = {},
  onProgress: OnProgress = () => {},
): Promise<ScoringResult> {
  const settings = { ...SCORING, ...changes };
  const { images, seed, epochs, batch, rate, momenta, sizes } = settings;
  using samples = samplesOf(backend, { ...train, count: images });
  using scored = samplesOf(backend, { ...test, count: settings.scored });
  const steps = epochs * Math.floor(images / batch);
  const total = steps + sizes.length;
  const networks = momenta.map((momentum) =>
    learnerOf(backend, layersOf(settings.hidden, momentum), seed, { learningRate: rate }),
  );
  try {
    const lag = await watch(networks, samples, scored, settings, (step) => onProgress(step, total));
    const [{ optimizer, logitsOf: byRunning }] = networks as [Learner];
    const byOwn = (x: Tensor) => logitsBy(optimizer.parameters, x, (z) => batchNormStats(z));
    const labelOf = (row: number) => test.labels[row] as number;
    // Mixed batches are in random order, because the test set begins with the cleaner handwriting.
    const mixed = new Random(seed).permutation(scored.count);
    const sorted = firstRows(scored.count).sort((a, b) => labelOf(a) - labelOf(b) || a - b);
    const batches: BatchScore[] = [];
    for (const size of sizes) {
      const [inMixed, inSorted] = [groupsOf(mixed, size), groupsOf(sorted, size, labelOf)];
      const bothOf = async (by: (x: Tensor) => Tensor) => ({
        mixed: await accuracyIn(inMixed, scored, labelOf, by),
        sorted: await accuracyIn(inSorted, scored, labelOf, by),
      });
      batches.push({ size, running: await bothOf(byRunning), own: await bothOf(byOwn) });
      onProgress(steps + batches.length, total);
    }
    return { settings, batches, lag };
  } finally {
    for (const network of networks) network[Symbol.dispose]();
  }
}

/** Trains all networks on the same batches. Scores them at steps that are powers of two and at the end. */
async function watch(
  networks: readonly Learner[],
  samples: Samples,
  scored: Samples,
  { epochs, batch, seed }: ScoringSettings,
  onStep: (step: number) => void,
): Promise<LagPoint[]> {
  const { backend } = samples.x;
  const { optimizer } = networks[0] as Learner;
  const steps = epochs * Math.floor(samples.count / batch);
  const accuracyOf = async (by: (x: Tensor) => Tensor) => (await score(scored, by)).accuracy;
  const lag: LagPoint[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const rows of batchesOf(samples.count, batch, seed, epoch)) {
      backend.scope(() => {
        const seen = batchOf(samples, rows);
        for (const { optimizer, lossOf } of networks)
          stepOf(backend, optimizer, (parameters) => lossOf(parameters, seen));
      });
      const step = optimizer.stepCount;
      if (!Number.isInteger(Math.log2(step)) && step < steps) continue;
      const running = networks.map(({ logitsOf }) => accuracyOf(logitsOf));
      const exact = accuracyOf((x) => logitsByAll(optimizer.parameters, x, samples.x));
      lag.push({ step, running: await Promise.all(running), exact: await exact });
      onStep(step);
    }
  }
  return lag;
}

/** Splits rows into groups of a size. The last group may be smaller. With `labelOf`, each group has a single label. */
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

/** The fraction of correct predictions when each group is scored as one batch. @param by logits from pixels */
async function accuracyIn(
  groups: readonly Uint32Array[],
  samples: Samples,
  labelOf: (row: number) => number,
  by: (x: Tensor) => Tensor,
): Promise<number> {
  const { backend } = samples.x;
  // All predictions are joined in stages and read once; one read per group would be slow.
  const predictions = backend.scope(() => {
    let parts: Tensor[] = groups.map((rows) => backend.scope(() => argmax(by(batchOf(samples, rows).x))));
    while (parts.length > 1)
      parts = Array.from({ length: Math.ceil(parts.length / 64) }, (_, i) => concat(parts.slice(64 * i, 64 * (i + 1))));
    return parts[0] as Tensor;
  });
  const seen = await predictions.data();
  predictions.dispose();
  const rows = groups.flatMap((group) => [...group]);
  return rows.filter((row, i) => labelOf(row) === seen[i]).length / rows.length;
}
