import { BATCH_SIZE, type BatchSizeResult, batchSize, type SizeRun } from '../experiments/batch_size.ts';
import { BEYOND, type Estimate, estimateOf } from './estimate.ts';
import { experimentOf, type Telling } from './experiment.ts';
import { counted, figure, percent, whole } from './words.ts';

export const batchSizeExperiment = experimentOf(
  {
    title: 'Batch size against regularization',
    question: [
      'With batch-norm a digit’s place in the network depends on who else is in its batch, and the more so the smaller the batch is. This noise is said to regularize. Does a network that was trained to the same loss on a small set do better on unseen digits where its batches were smaller; and does it so without batch-norm too, where small batches make noise only in the gradient?',
    ],
    formula: [
      'the mean of B values drawn from n with variance σ², none twice, strays from the mean of all by σ·√((n - B)/((n - 1)·B)),',
      'which is σ/√B while B is much less than n, and 0 where the batch is all there is',
      '',
      'gap = loss on unseen digits - loss on those learned from, both by running averages',
    ],
    images: BATCH_SIZE.images,
  },
  batchSize,
  tell,
);

/** What the seeds have in common at one size. */
interface Column {
  readonly size: number;
  readonly steps: number;
  readonly reached: boolean;
  /** Of each seed. */
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
    head: ['batch', 'steps', 'loss not seen', 'gap', '± between seeds', 'accuracy not seen', '± between seeds'],
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
      `A network of one hidden layer of ${hidden} units on ${whole(images)} MNIST digits, with batch-norm and without; plain gradient descent, η = ${rate} whatever the batch; ${counted(seeds, 'seed')} from ${seed}, of weights and orders alike for all sizes.`,
      `Trained until the loss on all ${whole(images)} digits, by running averages, is at most ${goal}, looked at every ${window} steps, or for ${whole(steps)} steps. Scored on ${whole(scored)} digits that were not seen. The same rate is kept at all sizes, so that small batches have noisier gradients as well: that part the network without batch-norm shows too.`,
      `A difference counts as more than an accident of the seeds from ${BEYOND} standard errors on, of differences seed by seed.`,
      'The spread is that of the means of 100 batches, in the first layer before training, in standard deviations of each unit, root mean square over batches and units.',
    ],
    tables: [
      tableOf('With batch-norm', on),
      tableOf('Without batch-norm', off),
      {
        caption: 'How far the means of batches stray, in standard deviations',
        head: ['batch', 'measured', 'predicted'],
        rows: spreads.map(({ size, measured, predicted }) => [whole(size), figure(measured), figure(predicted)]),
      },
    ],
    chart: {
      title: 'Batch size against regularization',
      panels: [
        {
          title: 'Gap of the losses, unseen less learned',
          x: { name: 'digits in a batch', scale: 'log' },
          y: { name: 'gap, nats' },
          lines: [
            { name: 'with batch-norm, mean', points: on.map(({ size, gap }) => [size, gap.mean]), color: 0 },
            { name: 'without, mean', points: off.map(({ size, gap }) => [size, gap.mean]), color: 2 },
            { ...{ name: 'with, each seed', color: 1, stroke: 'none' }, points: gapsOf(onRuns) },
            { ...{ name: 'without, each seed', color: 5, stroke: 'none' }, points: gapsOf(offRuns) },
          ],
        },
        {
          title: 'How far the means of batches stray',
          x: { name: 'digits in a batch', scale: 'log' },
          y: { name: 'spread, standard deviations', min: 0 },
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

/** How much smaller the gap is at one size than at another: of each seed, since the sizes share weights and seeds. */
function gained(small: Column, large: Column): Estimate {
  return estimateOf(large.gaps.map((gap, seed) => gap - (small.gaps[seed] as number)));
}

const isBeyond = ({ mean, error }: Estimate) => Math.abs(mean) > BEYOND * error;

function toldOf(difference: Estimate): string {
  const { mean, error } = difference;
  const told = `${figure(Math.abs(mean))} ${mean > 0 ? 'smaller' : 'larger'}, with a standard error of ${figure(error)}`;
  return isBeyond(difference) ? told : `${told}: not beyond what seeds do`;
}

function gapFinding(columns: readonly Column[]): string {
  const [small, large] = [columns[0], columns.at(-1)] as [Column, Column];
  const best = bestOf(columns);
  const ends = `At ${small.size}, the smallest, it is ${toldOf(gained(small, large))}.`;
  const missed = columns.filter(({ reached }) => !reached).map(({ size }) => size);
  return [
    `The gap is ${columns.map(({ size, gap }) => `${figure(gap.mean)} at ${size}`).join(', ')}.`,
    ...(best === large
      ? [`It is least in the largest batches. ${ends}`]
      : [
          `It is least at ${best.size}, where against ${large.size} it is ${toldOf(gained(best, large))}.`,
          ...(best === small ? [] : [ends]),
        ]),
    `Of unseen digits ${columns.map(({ size, accuracy }) => `${percent(accuracy.mean)} are right at ${size}`).join(', ')}.`,
    ...(missed.length > 0 ? [`Not every seed came to the goal at ${missed.join(', ')}.`] : []),
  ].join(' ');
}

function bestOf(columns: readonly Column[]): Column {
  return columns.reduce((least, each) => (each.gap.mean < least.gap.mean ? each : least));
}

function betweenFinding(on: readonly Column[], off: readonly Column[]): string {
  const [large, best] = [on.at(-1) as Column, bestOf(on)];
  if (best === large) return '**Batch-norm’s part.** With batch-norm no smaller batch does better than the largest.';
  const ofNoise = gained(best, large);
  const control = gained(off[on.indexOf(best)] as Column, off.at(-1) as Column);
  const isOwn = ofNoise.mean > 0 && isBeyond(ofNoise) && ofNoise.mean > 2 * Math.abs(control.mean);
  const better = on.filter(({ gap }, at) => gap.mean < (off[at]?.gap.mean ?? 0)).length;
  const by = ({ mean, error }: Estimate) =>
    `${mean < 0 ? 'grows' : 'falls'} by ${figure(Math.abs(mean))} (standard error ${figure(error)})`;
  return `**Batch-norm’s part.** From ${large.size} to ${best.size} digits a batch the gap ${by(ofNoise)} with batch-norm; without it ${by(control)}: ${
    isOwn
      ? 'small batches regularize by their statistics, not by their gradients.'
      : 'this does not show that the noise in the statistics regularizes.'
  } At ${better} of ${on.length} sizes the gap is smaller with batch-norm than without.`;
}

function spreadFinding(spreads: BatchSizeResult['spreads']): string {
  const off = spreads
    .filter(({ predicted }) => predicted > 0)
    .map(({ measured, predicted }) => Math.abs(measured / predicted - 1));
  const [small, large] = [spreads[0], spreads.at(-1)] as [(typeof spreads)[number], (typeof spreads)[number]];
  return `**The noise.** Means of batches stray by ${figure(small.measured)} standard deviations at ${small.size} and ${figure(large.measured)} at ${large.size}; the formula is met within ${percent(Math.max(...off))} at every size.`;
}
