import { type BatchScore, SCORING, type ScoringResult, scoring } from '../experiments/scoring.ts';
import { experimentOf, type Telling } from './experiment.ts';
import { counted, figure, listed, percent, whole } from './words.ts';

export const scoringExperiment = experimentOf(
  {
    title: 'Scoring by running averages and by the batch’s own statistics',
    question: [
      'In training, batch-norm uses the mean and variance of the batch; in inference, it uses running averages. What if a batch is scored with its own statistics: how many digits must it contain, and which? And how far do the averages lag behind the network that they describe?',
    ],
    formula: [
      'running ← (1 - momentum)·running + momentum·batch      after every training step',
      'by running averages   y = γ·(x - running mean)/√(running variance + ε) + β',
      'by own statistics     y = γ·(x - batch mean)/√(batch variance + ε) + β',
    ],
    images: SCORING.images,
  },
  scoring,
  tell,
);

export function tell({ settings, batches, lag }: ScoringResult): Telling {
  const { images, batch, epochs, rate, hidden, seed, momenta, scored } = settings;
  const last = lag.at(-1) as (typeof lag)[number];
  return {
    setting: [
      `A network of two hidden layers of ${hidden} units with batch-norm, trained on ${whole(images)} MNIST digits (${batch} digits per step, ${counted(epochs, 'epoch')}, η = ${rate}, seed ${seed}) and scored on ${whole(scored)} test digits.`,
      'Mixed batches are drawn at random. Each sorted batch contains a single digit; the last batch of a digit may be smaller. Each layer is normalized with the statistics of its own input.',
      `The momenta are ${listed(momenta.map(String))}. The weights do not depend on them; only the averages do. Batches are scored with momentum ${momenta[0]}. The exact statistics are those of all ${whole(images)} training digits at the same step.`,
    ],
    tables: [
      {
        caption: 'Accuracy by the size of the scored batches',
        head: ['batch', 'running, mixed', 'running, sorted', 'own, mixed', 'own, sorted'],
        rows: batches.map(({ size, running, own }) => [
          whole(size),
          ...[running.mixed, running.sorted, own.mixed, own.sorted].map(percent),
        ]),
      },
      {
        caption: 'Accuracy during training, by running averages with each momentum and by exact statistics',
        head: ['step', ...momenta.map((momentum) => `momentum ${momentum}`), 'exact'],
        rows: lag.map(({ step, running, exact }) => [whole(step), ...running.map(percent), percent(exact)]),
      },
    ],
    chart: {
      title: 'Batch-norm in inference',
      panels: [
        {
          title: 'Accuracy by the size of scored batches',
          x: { name: 'digits per scored batch', scale: 'log', base: 4 },
          y: { name: 'accuracy', min: 0, max: 1 },
          lines: [
            { name: 'running averages, mixed', points: pointsOf(batches, (each) => each.running.mixed), color: 0 },
            { name: 'own statistics, mixed', points: pointsOf(batches, (each) => each.own.mixed), color: 2 },
            {
              ...{ name: 'running averages, sorted', color: 1, stroke: 'dotted' },
              points: pointsOf(batches, (each) => each.running.sorted),
            },
            {
              ...{ name: 'own statistics, sorted', color: 5, stroke: 'dashed' },
              points: pointsOf(batches, (each) => each.own.sorted),
            },
          ],
        },
        {
          title: 'Accuracy by running averages, during training',
          x: { name: 'step', scale: 'log', base: 4 },
          y: { name: 'accuracy', min: 0, max: 1 },
          lines: [
            ...momenta.map((momentum, i) => ({
              name: `momentum ${momentum}`,
              points: lag.map(({ step, running }) => [step, running[i] as number] as const),
              color: i,
            })),
            {
              ...{ name: 'exact statistics', color: 6, stroke: 'dotted', marked: false },
              points: lag.map(({ step, exact }) => [step, exact] as const),
            },
          ],
        },
      ],
    },
    finding: [batchFinding(batches), lagFinding(lag, momenta), endFinding(last, momenta)],
  };
}

function pointsOf(batches: readonly BatchScore[], accuracyOf: (each: BatchScore) => number) {
  return batches.map((each) => [each.size, accuracyOf(each)] as const);
}

/** Accuracies that differ by at most this count as equal. */
const NEAR = 0.01;

function batchFinding(batches: readonly BatchScore[]): string {
  const [first, last] = [batches[0], batches.at(-1)] as [BatchScore, BatchScore];
  const running = batches.flatMap((each) => [each.running.mixed, each.running.sorted]);
  const isSame = running.every((accuracy) => accuracy === running[0]);
  const enough = batches.find((each) => each.own.mixed >= each.running.mixed - NEAR);
  return [
    `**Batches.** By running averages the accuracy is ${
      isSame
        ? `${percent(running[0] as number)} for all batches`
        : `between ${percent(Math.min(...running))} and ${percent(Math.max(...running))}`
    }.`,
    `With their own statistics, mixed batches of ${first.size} reach ${percent(first.own.mixed)} and those of ${last.size} reach ${percent(last.own.mixed)};`,
    enough
      ? `from ${enough.size} digits on they are within ${percent(NEAR)} of the running averages.`
      : `no size comes within ${percent(NEAR)} of the running averages.`,
    `Batches of a single digit reach ${percent(Math.max(...batches.map((each) => each.own.sorted)))} at best, and ${percent(last.own.sorted)} if a batch contains all images of a digit:`,
    last.own.sorted < last.own.mixed - NEAR
      ? 'subtracting the batch mean removes what distinguishes the digit from the others.'
      : 'the composition of a batch makes no difference here.',
  ].join(' ');
}

function lagFinding(lag: ScoringResult['lag'], momenta: readonly number[]): string {
  const caught = momenta.map((_, i) => {
    const at = lag.findIndex((_, from) => lag.slice(from).every((p) => (p.running[i] as number) >= p.exact - NEAR));
    return lag[at]?.step;
  });
  const told = momenta.map((momentum, i) =>
    caught[i] === undefined
      ? `never with momentum ${momentum}`
      : `from step ${whole(caught[i])} on with momentum ${momentum}`,
  );
  const early = lag.find(({ step }) => step >= 8) as (typeof lag)[number];
  return `**Lag.** Of the steps shown, running averages are within ${percent(NEAR)} of exact statistics ${listed(told)}. After ${early.step} steps the accuracy is ${percent(early.exact)} with exact statistics and ${listed(momenta.map((momentum, i) => `${percent(early.running[i] as number)} with momentum ${momentum}`))}.`;
}

function endFinding({ step, running, exact }: ScoringResult['lag'][number], momenta: readonly number[]): string {
  const worst = running.reduce((least, accuracy, i) => (accuracy < (running[least] as number) ? i : least), 0);
  return `After all ${whole(step)} steps they differ from the exact ${percent(exact)} by at most ${figure(100 * Math.max(...running.map((accuracy) => Math.abs(accuracy - exact))))} percentage points; the lowest accuracy, ${percent(running[worst] as number)}, has momentum ${momenta[worst]}.`;
}
