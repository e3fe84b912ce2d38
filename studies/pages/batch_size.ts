import { BATCH_SIZE, type BatchSizeResult, batchSize, type SizeRun } from '../experiments/batch_size.ts';
import { BEYOND, type Estimate, estimateOf } from './estimate.ts';
import { experimentOf, type Telling } from './experiment.ts';
import { counted, figure, percent, whole } from './words.ts';

export const batchSizeExperiment = experimentOf(
  {
    title: 'Batch size against regularization',
    question: [
      'With batch-norm, the activations of a digit depend on the other digits in its batch, the more so the smaller the batch is. This noise is said to regularize. Does a network that is trained to the same loss on a small set do better on unseen digits if its batches are smaller? And does it also do so without batch-norm, where small batches add noise only to the gradient?',
    ],
    formula: [
      'the mean of B values drawn without replacement from n with variance σ² deviates from the overall mean by σ·√((n - B)/((n - 1)·B)),',
      'which is σ/√B if B is much less than n, and 0 if the batch is the whole set',
      '',
      'gap = test loss - training loss, both by running averages',
    ],
    images: BATCH_SIZE.images,
  },
  batchSize,
  tell,
);

/** The results over all seeds at one batch size. */
interface Column {
  readonly size: number;
  readonly steps: number;
  readonly reached: boolean;
  /** The gap of each seed. */
  readonly gaps: readonly number[];
  readonly gap: Estimate;
  readonly testLoss: Estimate;
  readonly accuracy: Estimate;
}

export function tell({ settings, runs, spreads }: BatchSizeResult): Telling {
  const { images, seed, seeds, hidden, rate, goal, window, steps, scored, sizes } = settings;
  const [onRuns, offRuns] = [true, false].map((on) => runs.filter(({ normalized }) => normalized === on)) as [
    SizeRun[],
    SizeRun[],
  ];
  const [on, off] = [columnsOf(onRuns, sizes), columnsOf(offRuns, sizes)];
  const tableOf = (caption: string, columns: readonly Column[]) => ({
    caption,
    head: ['batch', 'steps', 'test loss', 'gap', '± between seeds', 'test accuracy', '± between seeds'],
    rows: columns.map(({ size, steps, reached, gap, testLoss, accuracy }) => [
      whole(size),
      `${whole(steps)}${reached ? '' : ', goal not reached'}`,
      figure(testLoss.mean),
      figure(gap.mean),
      figure(gap.deviation),
      percent(accuracy.mean),
      percent(accuracy.deviation),
    ]),
  });
  return {
    setting: [
      `A network of one hidden layer of ${hidden} units on ${whole(images)} MNIST digits, with and without batch-norm: plain gradient descent with η = ${rate} for every batch size; ${counted(seeds, 'seed')} from ${seed}, the same weights and orders for all sizes.`,
      `Training ends when the loss on all ${whole(images)} digits, by running averages, is at most ${goal} (checked every ${window} steps), or after ${whole(steps)} steps. The test set has ${whole(scored)} digits. Because the rate is the same at all sizes, small batches also have noisier gradients; the network without batch-norm shows the effect of that alone.`,
      `A difference counts as significant if it exceeds ${BEYOND} standard errors of the differences per seed.`,
      'The deviation is that of the means of 100 batches in the first layer before training, in standard deviations of each unit: the root mean square over batches and units.',
    ],
    tables: [
      tableOf('With batch-norm', on),
      tableOf('Without batch-norm', off),
      {
        caption: 'Deviation of batch means, in standard deviations',
        head: ['batch', 'measured', 'predicted'],
        rows: spreads.map(({ size, measured, predicted }) => [whole(size), figure(measured), figure(predicted)]),
      },
    ],
    chart: {
      title: 'Batch size against regularization',
      panels: [
        {
          title: 'Gap: test loss minus training loss',
          x: { name: 'digits per batch', scale: 'log' },
          y: { name: 'gap, nats' },
          lines: [
            { name: 'with batch-norm, mean', points: on.map(({ size, gap }) => [size, gap.mean]), color: 0 },
            { name: 'without, mean', points: off.map(({ size, gap }) => [size, gap.mean]), color: 2 },
            { ...{ name: 'with, each seed', color: 1, stroke: 'none' }, points: gapsOf(onRuns) },
            { ...{ name: 'without, each seed', color: 5, stroke: 'none' }, points: gapsOf(offRuns) },
          ],
        },
        {
          title: 'Deviation of batch means',
          x: { name: 'digits per batch', scale: 'log' },
          y: { name: 'deviation, standard deviations', min: 0 },
          lines: [
            {
              ...{ name: 'measured', color: 0, stroke: 'none' },
              points: spreads.map(({ size, measured }) => [size, measured]),
            },
            {
              ...{ name: 'predicted', color: 2, stroke: 'dashed', marked: false },
              points: spreads.map(({ size, predicted }) => [size, predicted]),
            },
          ],
        },
      ],
    },
    finding: [
      `**With batch-norm.** ${gapFinding(on)}`,
      `**Without.** ${gapFinding(off)}`,
      betweenFinding(on, off),
      spreadFinding(spreads),
    ],
  };
}

const gapOf = ({ train, test }: SizeRun) => test.loss - train.loss;

function gapsOf(runs: readonly SizeRun[]): [number, number][] {
  return runs.map((run) => [run.size, gapOf(run)]);
}

function columnsOf(runs: readonly SizeRun[], sizes: readonly number[]): Column[] {
  return sizes.map((size) => {
    const own = runs.filter((run) => run.size === size);
    return {
      size,
      steps: estimateOf(own.map(({ steps }) => steps)).mean,
      reached: own.every(({ reached }) => reached),
      gaps: own.map(gapOf),
      gap: estimateOf(own.map(gapOf)),
      testLoss: estimateOf(own.map(({ test }) => test.loss)),
      accuracy: estimateOf(own.map(({ test }) => test.accuracy)),
    };
  });
}

/** How much smaller the gap is at one size than at another, seed by seed, because all sizes share the seeds. */
function gained(small: Column, large: Column): Estimate {
  return estimateOf(large.gaps.map((gap, seed) => gap - (small.gaps[seed] as number)));
}

const isBeyond = ({ mean, error }: Estimate) => Math.abs(mean) > BEYOND * error;

function toldOf(difference: Estimate): string {
  const { mean, error } = difference;
  const told = `${figure(Math.abs(mean))} ${mean > 0 ? 'smaller' : 'larger'}, with a standard error of ${figure(error)}`;
  return isBeyond(difference) ? told : `${told}: not significant`;
}

function gapFinding(columns: readonly Column[]): string {
  const [small, large] = [columns[0], columns.at(-1)] as [Column, Column];
  const best = bestOf(columns);
  const ends = `At ${small.size}, the smallest size, it is ${toldOf(gained(small, large))}.`;
  const missed = columns.filter(({ reached }) => !reached).map(({ size }) => size);
  return [
    `The gap is ${columns.map(({ size, gap }) => `${figure(gap.mean)} at ${size}`).join(', ')}.`,
    ...(best === large
      ? [`It is smallest with the largest batches. ${ends}`]
      : [
          `It is smallest at ${best.size}: compared with ${large.size} it is ${toldOf(gained(best, large))}.`,
          ...(best === small ? [] : [ends]),
        ]),
    `The test accuracy is ${columns.map(({ size, accuracy }) => `${percent(accuracy.mean)} at ${size}`).join(', ')}.`,
    ...(missed.length > 0 ? [`Not every seed reached the goal at ${missed.join(', ')}.`] : []),
  ].join(' ');
}

function bestOf(columns: readonly Column[]): Column {
  return columns.reduce((least, each) => (each.gap.mean < least.gap.mean ? each : least));
}

function betweenFinding(on: readonly Column[], off: readonly Column[]): string {
  const [large, best] = [on.at(-1) as Column, bestOf(on)];
  if (best === large)
    return '**The effect of batch-norm.** With batch-norm no smaller batch does better than the largest.';
  const ofNoise = gained(best, large);
  const control = gained(off[on.indexOf(best)] as Column, off.at(-1) as Column);
  const isOwn = ofNoise.mean > 0 && isBeyond(ofNoise) && ofNoise.mean > 2 * Math.abs(control.mean);
  const better = on.filter(({ gap }, at) => gap.mean < (off[at]?.gap.mean ?? 0)).length;
  const by = ({ mean, error }: Estimate) =>
    `${mean < 0 ? 'grows' : 'falls'} by ${figure(Math.abs(mean))} (standard error ${figure(error)})`;
  return `**The effect of batch-norm.** From ${large.size} to ${best.size} digits per batch the gap ${by(ofNoise)} with batch-norm and ${by(control)} without: ${
    isOwn
      ? 'small batches regularize through their statistics, not through their gradients.'
      : 'this does not show that the noise in the statistics regularizes.'
  } At ${better} of ${on.length} sizes the gap is smaller with batch-norm than without.`;
}

function spreadFinding(spreads: BatchSizeResult['spreads']): string {
  const off = spreads
    .filter(({ predicted }) => predicted > 0)
    .map(({ measured, predicted }) => Math.abs(measured / predicted - 1));
  const [small, large] = [spreads[0], spreads.at(-1)] as [(typeof spreads)[number], (typeof spreads)[number]];
  return `**The noise.** Batch means deviate by ${figure(small.measured)} standard deviations at ${small.size} and ${figure(large.measured)} at ${large.size}. The formula holds within ${percent(Math.max(...off))} at every size.`;
}
