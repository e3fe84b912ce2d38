import { LOSSES, type LossName, type NeuronRun } from '../experiments/saturated_neuron.ts';
import { type DigitsRun, SATURATION, type SaturationResult, saturation } from '../experiments/saturation.ts';
import type { Panel } from '../panels.ts';
import { experimentOf, type Telling } from './experiment.ts';
import { counted, figure, listed, percent, whole } from './words.ts';

const NAMES: Readonly<Record<LossName, string>> = { squared: 'squared error', entropy: 'cross-entropy' };
const STROKES = ['solid', 'dashed', 'dotted'] as const;

export const saturationExperiment = experimentOf(
  {
    title: 'Cross-entropy against the squared error behind a sigmoid',
    question: [
      'A sigmoid that is confidently wrong hardly moves: if its output a = σ(z) is near 0 or 1, its slope a·(1 - a) is near 0. The gradient of the squared error has that slope as a factor; that of the cross-entropy does not. How long is the plateau, and does it remain when each loss has its own best learning rate?',
    ],
    formula: [
      'squared error   L = ½·(a - y)²                     dL/dz = (a - y)·a·(1 - a)',
      'cross-entropy   L = -y·ln a - (1 - y)·ln(1 - a)    dL/dz = a - y',
    ],
    images: SATURATION.images,
  },
  saturation,
  tell,
);

export function tell(result: SaturationResult): Telling {
  const { settings, neurons, digits, best } = result;
  const { starts, neuronRate, steps, spread, images, batch, epochs, rates, goal, seed } = settings;
  return {
    setting: [
      `One neuron: input 1, target 0, w = b = z₀/2 for z₀ = ${listed(starts.map(String))}, gradient descent with η = ${neuronRate} on w and b for ${whole(steps)} steps. The predicted steps follow from the analytic solution of the differential equation dz/dt = -2η·dL/dz.`,
      `Digits: ten sigmoids on the pixels of ${whole(images)} MNIST digits, ${batch} digits per step, ${epochs} epochs, seed ${seed}. The loss is summed over the ten outputs and averaged over the images. The initial weights are normal with standard deviation ${spread}, so that most outputs begin near 0 or 1, right or wrong. The learning rates are ${rates.join(', ')}; the chart shows each loss at its best rate.`,
      `Accuracies are measured on 1,000 test digits. A run converges in the first epoch with an accuracy of at least ${percent(goal)}.`,
    ],
    tables: [
      {
        caption: 'One neuron',
        head: ['loss', 'z₀', 'first dL/dz', 'steps with a > 0.9', 'steps to a ≤ 0.1', 'predicted'],
        rows: neurons.map((run) => [
          NAMES[run.loss],
          String(run.start),
          figure(run.curve[0]?.gradient),
          run.plateau < steps ? whole(run.plateau) : `all ${whole(steps)}`,
          run.converged === undefined ? `more than ${whole(steps)}` : whole(run.converged),
          whole(run.predicted),
        ]),
      },
      {
        caption: `Digits: epochs to an accuracy of ${percent(goal)}, and the accuracy after all ${epochs} epochs`,
        head: ['learning rate', ...LOSSES.flatMap((loss) => [`${NAMES[loss]}: epochs`, 'accuracy'])],
        rows: rates.map((rate, at) => [
          String(rate),
          ...LOSSES.flatMap((loss) => {
            const run = digits.filter((each) => each.loss === loss)[at] as DigitsRun;
            return [run.converged === undefined ? 'not reached' : String(run.converged), lastOf(run).toFixed(3)];
          }),
        ]),
      },
    ],
    chart: { title: 'Saturated sigmoids', panels: [neuronPanel(neurons, starts), digitsPanel(best, goal)] },
    finding: [neuronFinding(neurons, starts, steps), digitsFinding(best, goal, epochs)],
  };
}

const lastOf = ({ accuracies }: DigitsRun) => accuracies.at(-1) as number;

function neuronPanel(neurons: readonly NeuronRun[], starts: readonly number[]): Panel {
  return {
    title: 'One neuron with target 0',
    x: { name: 'step', scale: 'log' },
    y: { name: 'output a', min: 0, max: 1 },
    lines: starts.flatMap((start, at) =>
      LOSSES.map((loss) => ({
        name: `${NAMES[loss]}, z₀ = ${start}`,
        // A logarithmic axis cannot show step 0, so the first step is 1.
        points: runOf(neurons, loss, start).curve.map(({ step, output }) => [step + 1, output] as const),
        color: loss === 'squared' ? 2 : 0,
        stroke: STROKES[at % STROKES.length] as 'solid',
        marked: false,
      })),
    ),
  };
}

function digitsPanel(best: SaturationResult['best'], goal: number): Panel {
  const epochs = best.entropy.accuracies.length - 1;
  return {
    title: 'Ten sigmoids on digits, from saturated weights',
    x: { name: 'epoch' },
    y: { name: 'test accuracy', min: 0, max: 1 },
    lines: [
      ...LOSSES.map((loss) => ({
        name: `${NAMES[loss]}, η = ${best[loss].rate}`,
        points: best[loss].accuracies.map((accuracy, epoch) => [epoch, accuracy] as const),
        color: loss === 'squared' ? 2 : 0,
      })),
      {
        name: 'converged',
        points: [
          [0, goal],
          [epochs, goal],
        ],
        ...{ color: 6, stroke: 'dotted', marked: false },
      },
    ],
  };
}

function runOf(neurons: readonly NeuronRun[], loss: LossName, start: number): NeuronRun {
  return neurons.find((run) => run.loss === loss && run.start === start) as NeuronRun;
}

function neuronFinding(neurons: readonly NeuronRun[], starts: readonly number[], steps: number): string {
  const pairs = starts.map((start) => LOSSES.map((loss) => runOf(neurons, loss, start)) as [NeuronRun, NeuronRun]);
  const toldOf = ({ converged, predicted }: NeuronRun) =>
    converged === undefined ? `more than ${whole(steps)} (predicted: ${whole(predicted)})` : whole(converged);
  const stories = pairs.map(([squared, entropy]) => {
    const ratio = (entropy.curve[0]?.gradient as number) / (squared.curve[0]?.gradient as number);
    return `From z₀ = ${squared.start} the first gradient of the cross-entropy is ${figure(ratio)} times that of the squared error. The steps to an output of at most 0.1 are ${toldOf(entropy)} for the cross-entropy and ${toldOf(squared)} for the squared error.`;
  });
  const longer = pairs.filter(([squared, entropy]) => squared.plateau > entropy.plateau);
  return `**One neuron.** ${stories.join(' ')} The plateau, the steps with an output above 0.9, is longer for the squared error from ${longer.length} of ${pairs.length} starts.${growthFinding(pairs, steps)}`;
}

/** The growth of the plateaus between the first and the last start from which both losses leave the plateau. */
function growthFinding(pairs: readonly [NeuronRun, NeuronRun][], steps: number): string {
  const ended = pairs.filter((pair) => pair.every(({ plateau }) => plateau > 0 && plateau < steps));
  const [from, to] = [ended[0], ended.at(-1)];
  if (!from || !to || from === to) return '';
  const [squared, entropy] = from.map(({ plateau }, i) => (to[i] as NeuronRun).plateau / plateau);
  const further = to[0].start - from[0].start;
  return ` From z₀ = ${from[0].start} to ${to[0].start} it grows by a factor of ${figure(squared)} for the squared error (e^${further} is ${figure(Math.exp(further))}) and ${figure(entropy)} for the cross-entropy.`;
}

function digitsFinding({ squared, entropy }: SaturationResult['best'], goal: number, epochs: number): string {
  const told = (run: DigitsRun) =>
    `${NAMES[run.loss]} at its best rate, ${run.rate}, ${run.converged === undefined ? `does not reach ${percent(goal)} in ${counted(epochs, 'epoch')}` : `reaches ${percent(goal)} in ${counted(run.converged, 'epoch')}`} and ends at ${percent(lastOf(run))}`;
  const [slow, fast] = [squared.converged ?? epochs + 1, entropy.converged ?? epochs + 1];
  const verdict =
    fast < slow
      ? 'The learning rate alone does not explain the plateau.'
      : fast === slow
        ? 'With its own best learning rate, neither loss is faster here.'
        : 'With its own best learning rate, the squared error is faster here.';
  return `**Digits.** The ${told(entropy)}; the ${told(squared)}. ${verdict}`;
}
