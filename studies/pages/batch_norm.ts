import { BATCH_NORM, type BatchNormResult, batchNormOnAndOff, type NetworkRuns } from '../experiments/batch_norm.ts';
import { experimentOf, type Telling } from './experiment.ts';
import { counted, figure, whole } from './words.ts';

export const batchNormExperiment = experimentOf(
  {
    title: 'Batch-norm on and off',
    question: [
      'Batch-norm is said to speed up training and to make it less sensitive to the learning rate. How fast does the loss fall with and without it, and how wide is the range of learning rates that converge?',
    ],
    formula: [
      'without   h ← relu(W·h + b)',
      'with      h ← relu(γ·(W·h - mean)/√(variance + ε) + β)   mean and variance of each unit over the batch',
    ],
    images: BATCH_NORM.images,
  },
  batchNormOnAndOff,
  tell,
);

const nameOf = ({ normalized }: NetworkRuns) => (normalized ? 'with batch-norm' : 'without batch-norm');

export function tell(result: BatchNormResult): Telling {
  const { settings, plain, normalized } = result;
  const { images, batch, epochs, seed, seeds, hidden, rates, goal } = settings;
  const networks = [normalized, plain];
  return {
    setting: [
      `A network of ${hidden.length} hidden layers of ${hidden.join(', ')} units on ${whole(images)} MNIST digits: ${batch} digits per step, ${counted(epochs, 'epoch')}, plain gradient descent with a constant learning rate.`,
      `${counted(seeds, 'seed')} from ${seed}, the same with and without batch-norm. The loss of an epoch is the mean over its steps and over the seeds.`,
      `A rate converges if the last epoch’s loss is at most ${figure(goal)}, a quarter of the loss of guessing, with every seed.`,
    ],
    tables: [
      {
        caption: `Loss of epoch ${epochs}`,
        head: ['learning rate', ...networks.flatMap((network) => [nameOf(network), 'converged'])],
        rows: rates.map((rate, at) => [
          String(rate),
          ...networks.flatMap(({ runs }) => [figure(runs[at]?.losses.at(-1)), runs[at]?.converged ? 'yes' : 'no']),
        ]),
      },
    ],
    chart: {
      title: 'Batch-norm on and off',
      panels: [
        {
          title: 'Each at its best rate',
          x: { name: 'epoch', min: 1 },
          y: { name: 'loss, nats', scale: 'log' },
          lines: networks.map((network) => ({
            name: `${nameOf(network)}, η = ${network.best.rate}`,
            points: network.best.losses.map((loss, at) => [at + 1, loss] as const),
            color: network.normalized ? 0 : 2,
          })),
        },
        {
          title: `Loss of epoch ${epochs}, by learning rate`,
          x: { name: 'learning rate', scale: 'log', format: figure },
          y: { name: 'loss, nats', scale: 'log' },
          lines: [
            ...networks.map((network) => ({
              name: nameOf(network),
              points: network.runs.map(({ rate, losses }) => [rate, losses.at(-1) as number] as const),
              color: network.normalized ? 0 : 2,
            })),
            {
              name: 'converged: at most',
              points: [rates[0], rates.at(-1)].map((rate) => [rate as number, goal] as const),
              ...{ color: 6, stroke: 'dotted' as const, marked: false },
            },
          ],
        },
      ],
    },
    finding: [lossFinding(result), rangeFinding(result)],
  };
}

function lossFinding({ plain, normalized, settings: { epochs } }: BatchNormResult): string {
  const [on, off] = [normalized, plain].map(({ best }) => best.losses.at(-1) as number) as [number, number];
  const verdict =
    on < off
      ? `${figure(off / on)} times as large without it`
      : `with batch-norm ${figure(on / off)} times the loss without it`;
  const firsts = [normalized, plain].map(({ best }) => figure(best.losses[0]));
  return `**Speed.** With the best rate for each, the loss of epoch 1 is ${firsts[0]} with batch-norm (η = ${normalized.best.rate}) and ${firsts[1]} without (η = ${plain.best.rate}). The loss of epoch ${epochs} is ${figure(on)} with batch-norm and ${figure(off)} without: ${verdict}.`;
}

function rangeFinding({ plain, normalized, settings: { rates } }: BatchNormResult): string {
  const told = (network: NetworkRuns) => {
    if (!network.range) return `none converges ${nameOf(network)}`;
    const { least, most, factor } = network.range;
    const open = most === rates.at(-1) ? ' (the largest tried)' : '';
    return `those from ${least} to ${most}${open} converge ${nameOf(network)}, a factor of ${whole(factor)}`;
  };
  const [on, off] = [normalized.range?.factor ?? 0, plain.range?.factor ?? 0];
  const verdict =
    on > off
      ? 'The range is wider with batch-norm.'
      : on === off
        ? 'The ranges are equally wide.'
        : 'The range is wider without batch-norm.';
  const finite = [normalized, plain].map(({ runs }) => runs.filter(({ losses }) => !losses.every(Number.isFinite)));
  const lost = `Non-finite losses occur at ${counted(finite[0]?.length ?? 0, 'rate')} with batch-norm and at ${whole(finite[1]?.length ?? 0)} without.`;
  return `**Range of rates.** Of the rates tried, ${told(normalized)}; ${told(plain)}. ${verdict} ${lost}`;
}
