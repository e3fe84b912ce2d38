import { type ScoredTrial, SEARCH, type SearchResult, search, type Timing } from '../experiments/search.ts';
import { WAYS, type WayName } from '../experiments/side_by_side.ts';
import { BEYOND, estimateOf } from './estimate.ts';
import { experimentOf, type Telling } from './experiment.ts';
import { counted, figure, listed, percent, whole } from './words.ts';

const NAMES: Readonly<Record<WayName, string>> = {
  sequential: 'one after the other',
  interleaved: 'interleaved in one stream',
  batched: 'batched along an axis',
};

export const searchExperiment = experimentOf(
  {
    title: 'Random search against grid search, and many models on one GPU',
    question: [
      'A grid of k × k trials tries k values of each setting; random search tries as many values as there are trials. With the same budget, which one finds the better learning rate and momentum? And what is the fastest way to train many small models on one GPU: one after the other, interleaved step by step in one stream, or as one model with an extra axis?',
    ],
    formula: [
      'b ← momentum·b + gradient;  p ← p - rate·b                  for each model',
      'E[best of n] = Σ v₍ᵢ₎·C(i - 1, n - 1)/C(m, n)               over m measured values v in ascending order',
      'batched:  relu(x·[W₁ … W_M]) as [M, N, H], times [M, H, 10]; rates and momenta broadcast along M',
    ],
    images: SEARCH.images,
  },
  search,
  tell,
);

export function tell(result: SearchResult): Telling {
  const { settings, grid, random, expected, timings } = result;
  const { images, batch, epochs, hidden, rates, rests, side, draws, scored, seed, repeats } = settings;
  const budget = side ** 2;
  const bests = random.map(bestOf);
  const shown = [1, 2, 4, 8, 16, 32, 64].filter((n) => n < budget).concat(budget);
  return {
    setting: [
      `Networks of one hidden layer of ${hidden} units on ${whole(images)} MNIST digits, ${batch} digits per step, ${counted(epochs, 'epoch')}, seed ${seed}. All have the same initial weights and batches and are scored on ${whole(scored)} test digits.`,
      `Learning rates range from ${rates[0]} to ${rates[1]} and momenta from ${1 - rests[1]} to ${1 - rests[0]}, uniformly in the logarithm of the learning rate and of 1 - momentum. The grid consists of the centers of ${side} × ${side} cells. Random search draws ${budget} trials from the same square and is repeated ${draws} times.`,
      `All scored trials were trained batched. Times are measured on the host, from the initial weights to the last loss, in ${repeats} alternating rounds after a warm-up round. A method counts as the fastest if its median is below the minimum of both others.`,
    ],
    tables: [
      {
        caption: 'Expected best accuracy of n trials',
        head: ['trials', 'grid', 'random'],
        rows: shown.map((n) => [
          whole(n),
          ...[expected.grid, expected.random].map((of) => percent(of[n - 1] as number)),
        ]),
      },
      {
        caption: 'Results of each search',
        head: ['search', 'accuracy', 'learning rate', 'momentum'],
        rows: [bestOf(grid), ...bests].map((best, i) => [
          i === 0 ? 'grid' : `random, ${i}`,
          percent(best.accuracy),
          figure(best.rate),
          figure(best.momentum),
        ]),
      },
      {
        caption: 'Time to train M models, in ms: minimum and median of the rounds',
        head: ['M', ...WAYS.map((way) => NAMES[way]), 'fastest'],
        rows: timings.map((timing) => [
          whole(timing.count),
          ...WAYS.map((way) => `${whole(timing.ms[way].least)}, ${whole(timing.ms[way].median)}`),
          isClear(timing) ? NAMES[fastestOf(timing)] : 'not significant',
        ]),
      },
    ],
    chart: {
      title: 'Random search against grid search, and many models on one GPU',
      panels: [
        {
          title: 'Expected best accuracy of n trials',
          x: { name: 'trials', min: 1, max: budget },
          y: { name: 'accuracy' },
          lines: [
            { name: 'grid', points: expected.grid.map((best, at) => [at + 1, best]), color: 2 },
            { name: 'random', points: expected.random.map((best, at) => [at + 1, best]), color: 0 },
          ],
        },
        {
          title: 'Time to train M models',
          x: { name: 'models', scale: 'log', base: 2 },
          y: { name: 'minimum time, s', scale: 'log' },
          lines: WAYS.map((way, i) => ({
            name: NAMES[way],
            points: timings.map(({ count, ms }) => [count, ms[way].least / 1000] as const),
            color: [6, 5, 3][i] as number,
          })),
        },
      ],
    },
    finding: [searchFinding(result), timeFinding(timings), agreementFinding(result)],
  };
}

function bestOf(trials: readonly ScoredTrial[]): ScoredTrial {
  return trials.reduce((best, trial) => (trial.accuracy > best.accuracy ? trial : best));
}

function fastestOf({ ms }: Timing): WayName {
  return WAYS.reduce((best, way) => (ms[way].least < ms[best].least ? way : best));
}

function searchFinding({ settings, grid, random, expected }: SearchResult): string {
  const budget = settings.side ** 2;
  const found = bestOf(grid).accuracy;
  const bests = random.map((trials) => bestOf(trials).accuracy);
  const better = bests.filter((best) => best > found).length;
  const [ofGrid, ofRandom] = [expected.grid, expected.random].map((of) => of[budget - 1] as number) as [number, number];
  const enough = expected.random.findIndex((best) => best >= found);
  const { error } = estimateOf(bests);
  const verdict =
    Math.abs(ofRandom - ofGrid) <= BEYOND * error
      ? 'the difference is not significant'
      : ofRandom > ofGrid
        ? 'random search is better'
        : 'the grid is better';
  return `**Search.** With ${budget} trials the grid reaches ${percent(ofGrid)} and random search ${percent(ofRandom)} on average, with a standard error of ${figure(100 * error)} percentage points: ${verdict}. The best accuracies of the ${whole(bests.length)} random searches are between ${percent(Math.min(...bests))} and ${percent(Math.max(...bests))}; ${better} of them exceed the grid’s. ${
    enough < 0
      ? `On average, random search does not reach the grid’s best within ${budget} trials.`
      : `On average, random search reaches the grid’s best after ${counted(enough + 1, 'trial')}.`
  }`;
}

/** Whether the median of the fastest method is below the minimum of the others. */
function isClear(timing: Timing): boolean {
  const fastest = fastestOf(timing);
  return WAYS.every((way) => way === fastest || timing.ms[fastest].median < timing.ms[way].least);
}

function timeFinding(timings: readonly Timing[]): string {
  const last = timings.at(-1) as Timing;
  const fastest = fastestOf(last);
  const told = WAYS.map((way) => `${NAMES[way]} ${figure(last.ms[way].least / 1000)} s`);
  const by = figure(last.ms.sequential.least / last.ms[fastest].least);
  const verdict =
    fastest === 'sequential'
      ? 'training them at once gains nothing.'
      : `${NAMES[fastest]} is the fastest, ${by} times as fast as one after the other${
          isClear(last) ? '.' : ', but not significantly: the rounds of two methods overlap.'
        }`;
  const others = timings
    .slice(0, -1)
    .map(
      (each) =>
        `${NAMES[fastestOf(each)]} for ${counted(each.count, 'model')}${isClear(each) ? '' : ' (not significant)'}`,
    );
  return `**Many models.** The minimum time for ${counted(last.count, 'model')} is ${listed(told)}: ${verdict} The fastest method is ${listed(others)}.`;
}

function agreementFinding({ agreement, settings: { epochs } }: SearchResult): string {
  const { interleavedIsSame, batchedFirst, batchedLast, batchedAccuracy } = agreement;
  const interleaved = interleavedIsSame ? 'bit-identical to' : 'DIFFERENT from';
  const batched =
    batchedFirst + batchedLast + batchedAccuracy === 0
      ? 'do not differ: this adapter sums in the same order'
      : `differ by at most ${figure(batchedFirst)} (relative) in epoch 1 and ${figure(batchedLast)} in epoch ${epochs}, and accuracies by ${figure(100 * batchedAccuracy)} percentage points`;
  return `**Agreement.** Interleaved training gives losses and accuracies that are ${interleaved} those of one after the other. In batched training, whose matrix products have other shapes, mean losses ${batched}.`;
}
