import { type BatchScore, SCORING, type ScoringResult, scoring } from '../experiments/scoring.ts';
import { experimentOf, type Telling } from './experiment.ts';
import { counted, figure, listed, percent, whole } from './words.ts';

export const scoringExperiment = experimentOf(
  {
    title: 'Scoring by running averages and by the batch’s own statistics',
    question: [
      'In training batch-norm takes mean and variance of the batch; in scoring it takes averages that ran along. What if a batch is scored by its own statistics: how many digits must it hold, and which? And how far do the averages lag behind the network that they describe?',
    ],
    formula: [
      'running ← (1 - momentum)·running + momentum·batch      after every step of training',
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
      `A network of two hidden layers of ${hidden} units with batch-norm, trained on ${whole(images)} MNIST digits, ${batch} a step, ${counted(epochs, 'epoch')}, η = ${rate}, seed ${seed}; scored on ${whole(scored)} digits that it has not seen.`,
      'Mixed batches are drawn at random; sorted ones hold one digit each, the last of a digit as many as are left. Each layer is normalized by the statistics of what reaches it.',
      `Momenta ${listed(momenta.map(String))}: the weights do not depend on them, only the averages do. Batches are scored with momentum ${momenta[0]}. Exact are the statistics of all ${whole(images)} digits that it learns from, at the same step.`,
    ],
    tables: [
      {
        caption: 'Accuracy by the size of the batches that are scored',
        head: ['batch', 'running, mixed', 'running, sorted', 'own, mixed', 'own, sorted'],
        rows: batches.map(({ size, running, own }) => [
          whole(size),
          ...[running.mixed, running.sorted, own.mixed, own.sorted].map(percent),
        ]),
      },
      {
        caption: 'Accuracy in the course of training, by running averages of a momentum and by exact statistics',
        head: ['step', ...momenta.map((momentum) => `momentum ${momentum}`), 'exact'],
        rows: lag.map(({ step, running, exact }) => [whole(step), ...running.map(percent), percent(exact)]),
      },
    ],
    chart: {
      title: 'Batch-norm in scoring',
      panels: [
        {
          title: 'Accuracy by the size of scored batches',
          x: { name: 'digits in a scored batch', scale: 'log', base: 4 },
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
          title: 'Accuracy by running averages, in training',
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

/** What is within so much of the other is as good. */
const NEAR = 0.01;

function batchFinding(batches: readonly BatchScore[]): string {
  const [first, last] = [batches[0], batches.at(-1)] as [BatchScore, BatchScore];
  const running = batches.flatMap((each) => [each.running.mixed, each.running.sorted]);
  const isSame = running.every((accuracy) => accuracy === running[0]);
  const enough = batches.find((each) => each.own.mixed >= each.running.mixed - NEAR);
  return [
    `**Batches.** By running averages the accuracy is ${
      isSame
        ? `${percent(running[0] as number)} however the digits are batched`
        : `between ${percent(Math.min(...running))} and ${percent(Math.max(...running))}`
    }.`,
    `By their own statistics, batches of ${first.size} come to ${percent(first.own.mixed)}, of ${last.size} to ${percent(last.own.mixed)};`,
    enough
      ? `from ${enough.size} mixed digits on they are within ${percent(NEAR)} of the running averages.`
      : `no size comes within ${percent(NEAR)} of the running averages.`,
    `Batches of one digit each come to ${percent(Math.max(...batches.map((each) => each.own.sorted)))} at best, ${percent(last.own.sorted)} where a batch holds all of a digit:`,
    last.own.sorted < last.own.mixed - NEAR
      ? 'the mean that is taken off is what told the digit from others.'
      : 'what a batch is made of makes no difference here.',
  ].join(' ');
}

function lagFinding(lag: ScoringResult['lag'], momenta: readonly number[]): string {
  const caught = momenta.map((_, i) => {
    const at = lag.findIndex((_, from) => lag.slice(from).every((p) => (p.running[i] as number) >= p.exact - NEAR));
    return lag[at]?.step;
  });
  const told = momenta.map((momentum, i) =>
    caught[i] === undefined
      ? `with momentum ${momentum} not to the end`
      : `with momentum ${momentum} from step ${whole(caught[i])} on`,
  );
  const early = lag.find(({ step }) => step >= 8) as (typeof lag)[number];
  return `**Lag.** Running averages are within ${percent(NEAR)} of exact statistics ${listed(told)}, of the steps that were looked at. After ${early.step} steps, exact statistics give ${percent(early.exact)}, averages of momentum ${momenta.map((momentum, i) => `${momentum} ${percent(early.running[i] as number)}`).join(', ')}.`;
}

function endFinding({ step, running, exact }: ScoringResult['lag'][number], momenta: readonly number[]): string {
  const worst = running.reduce((least, accuracy, i) => (accuracy < (running[least] as number) ? i : least), 0);
  return `After the last of ${whole(step)} steps they differ from the exact ${percent(exact)} by ${figure(100 * Math.max(...running.map((accuracy) => Math.abs(accuracy - exact))))} points at most; the lowest, ${percent(running[worst] as number)}, has momentum ${momenta[worst]}.`;
}
