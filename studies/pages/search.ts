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
      'A grid of k × k trials tries k values of each setting, random trials as many as there are trials. With the same budget, which finds the better learning rate and momentum? And how are so many small models trained: one after the other, or all at once, step by step in one stream, or as one model with an axis more?',
    ],
    formula: [
      'b ← momentum·b + gradient;  p ← p - rate·b                  for each model',
      'E[best of n] = Σ v₍ᵢ₎·C(i - 1, n - 1)/C(m, n)               over m measured values v by rising order',
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
      `Networks of one hidden layer of ${hidden} units on ${whole(images)} MNIST digits, ${batch} a step, ${counted(epochs, 'epoch')}, seed ${seed}: all have the same first weights and batches, and are scored on ${whole(scored)} digits that were not learned from.`,
      `Learning rates from ${rates[0]} to ${rates[1]}, momenta from ${1 - rests[1]} to ${1 - rests[0]}, both even in the logarithm, of 1 - momentum for the latter. The grid is the middles of ${side} × ${side} cells; random search draws ${budget} trials from the same square, ${draws} times over.`,
      `All trials that are scored were trained batched. Times are the host’s, from the first weights to the last loss read, in ${repeats} rounds in turns after one that compiles. A way counts as the fastest where its median is below the least time of both others.`,
    ],
    tables: [
      {
        caption: 'The best accuracy of n trials, expected over all choices of them',
        head: ['trials', 'grid', 'random'],
        rows: shown.map((n) => [
          whole(n),
          ...[expected.grid, expected.random].map((of) => percent(of[n - 1] as number)),
        ]),
      },
      {
        caption: 'What each search found',
        head: ['search', 'accuracy', 'learning rate', 'momentum'],
        rows: [bestOf(grid), ...bests].map((best, i) => [
          i === 0 ? 'grid' : `random, ${i}`,
          percent(best.accuracy),
          figure(best.rate),
          figure(best.momentum),
        ]),
      },
      {
        caption: 'Training M models, ms: the least, and the median of the rounds',
        head: ['M', ...WAYS.map((way) => NAMES[way]), 'fastest'],
        rows: timings.map((timing) => [
          whole(timing.count),
          ...WAYS.map((way) => `${whole(timing.ms[way].least)}, ${whole(timing.ms[way].median)}`),
          isClear(timing) ? NAMES[fastestOf(timing)] : 'none for sure',
        ]),
      },
    ],
    chart: {
      title: 'Random search against grid search, and many models on one GPU',
      panels: [
        {
          title: 'Best accuracy of n trials, expected',
          x: { name: 'trials', min: 1, max: budget },
          y: { name: 'accuracy' },
          lines: [
            { name: 'grid', points: expected.grid.map((best, at) => [at + 1, best]), color: 2 },
            { name: 'random', points: expected.random.map((best, at) => [at + 1, best]), color: 0 },
          ],
        },
        {
          title: 'Training M models',
          x: { name: 'models', scale: 'log', base: 2 },
          y: { name: 'least time, s', scale: 'log' },
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
      ? 'neither is ahead for sure'
      : ofRandom > ofGrid
        ? 'random search is ahead'
        : 'the grid is ahead';
  return `**Search.** With ${budget} trials the grid finds ${percent(ofGrid)}, random search ${percent(ofRandom)} on the mean, with a standard error of ${figure(100 * error)} points: ${verdict}. Of ${whole(bests.length)} random searches the bests are between ${percent(Math.min(...bests))} and ${percent(Math.max(...bests))}, ${better} of them better than the grid’s. ${
    enough < 0
      ? `Random search does not come to the grid’s best within ${budget} trials on the mean.`
      : `Random search has the grid’s best after ${counted(enough + 1, 'trial')} on the mean.`
  }`;
}

/** Whether the fastest way's median is below what the others ever took. */
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
      ? 'nothing is gained by training them at once.'
      : `${NAMES[fastest]} measures fastest, ${by} times as fast as one after the other${
          isClear(last) ? '.' : ', but not for sure: the rounds of two ways overlap.'
        }`;
  const others = timings
    .slice(0, -1)
    .map((each) => `at ${each.count} ${NAMES[fastestOf(each)]}${isClear(each) ? '' : ' (not for sure)'}`);
  return `**Side by side.** ${counted(last.count, 'model')} take, at the least, ${listed(told)}: ${verdict} The fastest ${listed(others)}.`;
}

function agreementFinding({ agreement, settings: { epochs } }: SearchResult): string {
  const { interleavedIsSame, batchedFirst, batchedLast, batchedAccuracy } = agreement;
  const interleaved = interleavedIsSame
    ? 'the same bits as one after the other'
    : 'OTHER bits than one after the other';
  const batched =
    batchedFirst + batchedLast + batchedAccuracy === 0
      ? 'nowhere: this adapter sums in the same order there'
      : `by ${figure(batchedFirst)} of themselves at most in epoch 1, by ${figure(batchedLast)} in epoch ${epochs}, and accuracies by ${figure(100 * batchedAccuracy)} points`;
  return `**The same models.** Interleaved, all losses and accuracies have ${interleaved}. Batched, where products are of other shapes, mean losses differ ${batched}.`;
}
