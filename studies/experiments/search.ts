import type { TensorBackend } from '../../src/core/tensor.ts';
import { Random } from '../../src/random/random.ts';
import { type DigitSets, type OnProgress, type Samples, samplesOf } from './fit.ts';
import { type SidePlan, TRAIN, type Trained, type Trial, WAYS, type WayName } from './side_by_side.ts';

export interface SearchSettings {
  readonly images: number;
  /** The seed of the initial weights and orders, which all models share, and of the random draws. */
  readonly seed: number;
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  /** The range of learning rates; sampled uniformly in the logarithm. */
  readonly rates: readonly [least: number, most: number];
  /** The range of 1 - momentum; sampled likewise. */
  readonly rests: readonly [least: number, most: number];
  /** The side of the grid. Each search has side² trials. */
  readonly side: number;
  /** The number of random searches. */
  readonly draws: number;
  /** The number of test digits. */
  readonly scored: number;
  /** The numbers of models to time the training of, and the repeats. */
  readonly counts: readonly number[];
  readonly repeats: number;
}

export const SEARCH: SearchSettings = {
  ...{ images: 1600, seed: 1, hidden: 32, epochs: 2, batch: 64, rates: [1e-3, 3], rests: [0.02, 1] },
  ...{ side: 4, draws: 8, scored: 1000, counts: [1, 4, 16], repeats: 5 },
};

export interface ScoredTrial extends Trial {
  /** On test digits. */
  readonly accuracy: number;
}

/** Milliseconds over the repeats. The least is the one that other load disturbs least. */
export interface Times {
  readonly least: number;
  readonly median: number;
}

/** The times to train `count` models. */
export interface Timing {
  readonly count: number;
  readonly ms: Readonly<Record<WayName, Times>>;
}

export interface SearchResult {
  readonly settings: SearchSettings;
  readonly grid: readonly ScoredTrial[];
  /** The random searches, each with as many trials as the grid. */
  readonly random: readonly (readonly ScoredTrial[])[];
  /** The expected best accuracy of n trials, the mean over all choices of n, at index n - 1. */
  readonly expected: { readonly grid: readonly number[]; readonly random: readonly number[] };
  readonly timings: readonly Timing[];
  /** How the other methods agree with the sequential one on the grid's trials. */
  readonly agreement: {
    /** Whether all losses and accuracies of the interleaved models are bit-identical. */
    readonly interleavedIsSame: boolean;
    /** The largest relative difference of the batched models' losses in the first epoch, over models whose loss is finite. */
    readonly batchedFirst: number;
    /** The same in the last epoch. */
    readonly batchedLast: number;
    /** The largest difference of accuracies. */
    readonly batchedAccuracy: number;
  };
}

/** Compares grid and random search over learning rate and momentum, and three methods to train many models on one GPU. */
export async function search(
  backend: TensorBackend,
  { train, test }: DigitSets,
  changes: Partial<SearchSettings> = {},
  onProgress: OnProgress = () => {},
): Promise<SearchResult> {
  const settings = { ...SEARCH, ...changes };
  const { images, seed, side, draws, counts, repeats } = settings;
  using samples = samplesOf(backend, { ...train, count: images });
  using scored = samplesOf(backend, { ...test, count: settings.scored });
  const labels = test.labels.subarray(0, settings.scored);
  const total = WAYS.length * (1 + counts.length * (1 + repeats)) + draws;
  let done = 0;
  const advance = () => onProgress(++done, total);

  const trials = gridOf(settings);
  const outcomes: Outcome[] = [];
  for (const way of WAYS) {
    using trained = await TRAIN[way](samples, trials, settings);
    outcomes.push(await outcomeOf(trained, scored, labels));
    advance();
  }
  const [sequential, interleaved, batched] = outcomes as [Outcome, Outcome, Outcome];

  const random: ScoredTrial[][] = [];
  const source = new Random(seed);
  for (let draw = 0; draw < draws; draw++) {
    const drawn = Array.from({ length: side ** 2 }, () =>
      trialAt(settings, source.uniform(0, 1), source.uniform(0, 1)),
    );
    using trained = await TRAIN.batched(samples, drawn, settings);
    const { accuracies } = await outcomeOf(trained, scored, labels);
    random.push(withAccuracies(drawn, accuracies));
    advance();
  }
  const grid = withAccuracies(trials, batched.accuracies);
  const accuracies = (some: readonly ScoredTrial[]) => some.map(({ accuracy }) => accuracy);
  const expectedOf = (values: readonly number[]) =>
    Array.from({ length: side ** 2 }, (_, at) => expectedBest(values, at + 1));

  const timings: Timing[] = [];
  for (const count of counts) {
    const some = Array.from({ length: count }, (_, i) => trials[i % trials.length] as Trial);
    timings.push({ count, ms: await timesOf(samples, some, settings, repeats, advance) });
  }
  const sameAll = (of: (outcome: Outcome) => readonly number[]) =>
    of(sequential).every((value, i) => Object.is(value, of(interleaved)[i]));
  return {
    ...{ settings, grid, random, timings },
    expected: { grid: expectedOf(accuracies(grid)), random: expectedOf(accuracies(random.flat())) },
    agreement: {
      interleavedIsSame: sameAll(({ losses }) => losses.flat()) && sameAll(({ accuracies }) => accuracies),
      batchedFirst: relativeDifference(sequential.losses, batched.losses, 0),
      batchedLast: relativeDifference(sequential.losses, batched.losses, -1),
      batchedAccuracy: Math.max(
        ...sequential.accuracies.map((a, i) => Math.abs(a - (batched.accuracies[i] as number))),
      ),
    },
  };
}

/** The trial at a point of the unit square. */
function trialAt({ rates, rests }: SearchSettings, across: number, up: number): Trial {
  const between = ([least, most]: readonly [number, number], at: number) => least * (most / least) ** at;
  return { rate: between(rates, across), momentum: 1 - between(rests, up) };
}

/** The centers of side × side equal cells of the square from which random trials are drawn. */
export function gridOf(settings: SearchSettings): Trial[] {
  const { side } = settings;
  return Array.from({ length: side ** 2 }, (_, i) =>
    trialAt(settings, ((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side),
  );
}

/**
 * The largest of n values, averaged over all choices of n from m: Σ v₍ᵢ₎·C(i - 1, n - 1)/C(m, n) over the sorted values.
 */
export function expectedBest(values: readonly number[], n: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const m = sorted.length;
  // C(i, n)/C(m, n): all n are among the i smallest.
  const within = (i: number) =>
    Array.from({ length: n }, (_, j) => Math.max(0, i - j) / (m - j)).reduce((p, q) => p * q, 1);
  return sorted.reduce((sum, value, i) => sum + value * (within(i + 1) - within(i)), 0);
}

interface Outcome {
  readonly losses: readonly (readonly number[])[];
  readonly accuracies: readonly number[];
}

async function outcomeOf(trained: Trained, { x }: Samples, labels: Uint8Array): Promise<Outcome> {
  const predictions = await trained.predictions(x);
  const accuracies = predictions.map((seen) => labels.filter((label, i) => label === seen[i]).length / labels.length);
  return { losses: trained.losses, accuracies };
}

function withAccuracies(trials: readonly Trial[], accuracies: readonly number[]): ScoredTrial[] {
  return trials.map((trial, i) => ({ ...trial, accuracy: accuracies[i] as number }));
}

/** The largest relative difference of one epoch's losses, over models for which both are finite. */
function relativeDifference(a: Outcome['losses'], b: Outcome['losses'], epoch: number): number {
  const differences = a.map((losses, i) => {
    const [left, right] = [losses.at(epoch) as number, b[i]?.at(epoch) as number];
    return Math.abs(left - right) / Math.abs(left);
  });
  return Math.max(0, ...differences.filter(Number.isFinite));
}

/** Times the methods with the host's clock, alternating, after a warm-up round: from the initial weights to the last loss. */
async function timesOf(
  samples: Samples,
  trials: readonly Trial[],
  plan: SidePlan,
  repeats: number,
  advance: () => void,
): Promise<Record<WayName, Times>> {
  const times: Record<WayName, number[]> = { sequential: [], interleaved: [], batched: [] };
  for (let round = 0; round <= repeats; round++) {
    for (const way of WAYS) {
      await samples.x.backend.sync();
      const begun = performance.now();
      using _ = await TRAIN[way](samples, trials, round === 0 ? { ...plan, epochs: 1 } : plan);
      if (round > 0) times[way].push(performance.now() - begun);
      advance();
    }
  }
  const of = (way: WayName): Times => {
    const sorted = times[way].sort((a, b) => a - b);
    return { least: sorted[0] as number, median: sorted[Math.floor(sorted.length / 2)] as number };
  };
  return { sequential: of('sequential'), interleaved: of('interleaved'), batched: of('batched') };
}
