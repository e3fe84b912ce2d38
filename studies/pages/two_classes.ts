import { TWO_CLASSES, type TwoClassesResult, twoClasses } from '../experiments/two_classes.ts';
import { experimentOf, type Telling } from './experiment.ts';
import { counted, figure, percent, whole } from './words.ts';

export const twoClassesExperiment = experimentOf(
  {
    title: 'Softmax with two classes is logistic regression',
    question: [
      'With two classes, the softmax probability of class 1 is the sigmoid of the difference of the logits. So softmax regression with half the learning rate should train exactly like logistic regression. Does it, within rounding?',
    ],
    formula: [
      'exp(z₁)/(exp(z₀) + exp(z₁)) = σ(z₁ - z₀)',
      'gradient for w₁: g = mean (p - y)·x; for w₀: -g; for the w of logistic regression: g',
      'so a step of η/2 moves w₁ - w₀ by -η/2·(g - (-g)) = -η·g, as a step of η moves w',
      '',
      'bounds on the effect of rounding, with U = 2⁻²⁴ and n the number of nonzero pixels of an image plus 1 for the bias:',
      '  ζ = (n + 1)·U·Σ|x|·(|w₀| + |w₁| + |w|)                               both logits, sums in any order',
      '  π = ζ/4 + 64·U                                                       both probabilities',
      '  ρ = η·mean ‖(x, 1)‖·(π + 2·(N + 8)·U) + U·(‖w₀‖ + ‖w₁‖ + ‖w‖)        a step of N images',
      '  e ← max(1, η·L - 1)·e + ρ,  L = mean ‖(x, 1)‖²/4                     ‖(w₁ - w₀) - w‖ after the step: the loss is convex',
      '  probabilities: max ‖(x, 1)‖·e/4 + π       losses: max ‖(x, 1)‖·e + ζ, and the rounding of their mean',
    ],
    images: TWO_CLASSES.images,
  },
  twoClasses,
  tell,
);

export function tell({ settings, counts, steps, accuracy, disagreements }: TwoClassesResult): Telling {
  const { pair, images, batch, epochs, rate, seed } = settings;
  const shown = new Set([0, ...[0.1, 0.25, 0.5, 1].map((part) => Math.ceil(part * steps.length) - 1)]);
  const worst = steps.reduce((most, each) => (each.probability > most.probability ? each : most));
  const worstLoss = Math.max(...steps.map(({ lossDifference }) => lossDifference));
  const outside = steps.filter(
    (each) => !(each.probability <= each.probabilityBound && each.lossDifference <= each.lossBound),
  );
  const tenth = Math.ceil(steps.length / 10);
  const meanOf = (some: typeof steps) => some.reduce((sum, { probability }) => sum + probability, 0) / some.length;
  const [early, late] = [meanOf(steps.slice(0, tenth)), meanOf(steps.slice(-tenth))];
  return {
    setting: [
      `The digits ${pair[0]} and ${pair[1]} among the first ${whole(images)} of MNIST: ${counts.train} training digits, ${batch} per step in the same order, ${epochs} epochs, seed ${seed}. The models are compared before every step on all ${whole(counts.test)} test digits of the two classes.`,
      `Plain gradient descent with η = ${rate} for logistic regression and ${rate / 2} for softmax regression; halving is exact in f32. The initial weights are multiples of 2⁻¹⁶, so that their difference is exact too.`,
      'Softmax regression uses `crossEntropy` and logistic regression `binaryCrossEntropyWithLogits`, which are separate kernels.',
    ],
    tables: [
      {
        caption: 'Largest values over all test digits before a step',
        head: ['step', 'logistic loss', 'difference of probabilities', 'bound', 'difference of losses', 'bound'],
        rows: steps
          .filter(({ step }) => shown.has(step))
          .map((each) => [
            whole(each.step + 1),
            figure(each.loss),
            figure(each.probability),
            figure(each.probabilityBound),
            figure(each.lossDifference),
            figure(each.lossBound),
          ]),
      },
    ],
    chart: {
      title: 'Softmax with two classes and logistic regression',
      panels: [
        {
          title: 'Largest difference of probabilities',
          x: { name: 'step', min: 0 },
          y: { name: 'difference', scale: 'log', format: figure },
          lines: [
            { name: 'measured', points: steps.map((s) => [s.step + 1, s.probability]), color: 0, marked: false },
            {
              ...{ name: 'bound', color: 2, stroke: 'dashed', marked: false },
              points: steps.map((s) => [s.step + 1, s.probabilityBound]),
            },
          ],
        },
        {
          title: 'Difference of the mean losses',
          x: { name: 'step', min: 0 },
          y: { name: 'difference, nats', scale: 'log', format: figure },
          lines: [
            {
              ...{ name: 'measured, if nonzero', color: 0, stroke: 'none' },
              points: steps.map((s) => [s.step + 1, s.lossDifference]),
            },
            {
              ...{ name: 'bound', color: 2, stroke: 'dashed', marked: false },
              points: steps.map((s) => [s.step + 1, s.lossBound]),
            },
          ],
        },
      ],
    },
    finding: [
      `Over ${counted(steps.length, 'step')} the probabilities differ by at most ${figure(worst.probability)} (in step ${whole(worst.step + 1)}, where the bound is ${figure(worst.probabilityBound)}) and the mean losses by at most ${figure(worstLoss)}. ${
        outside.length === 0
          ? 'Every step is within the bound: the two are the same model.'
          : `${counted(outside.length, 'step')} are outside the bound: the two are not the same within rounding.`
      } The bound assumes that all rounding errors have the same sign; in practice they mostly cancel. The largest difference is ${figure(early * 2 ** 24)} · 2⁻²⁴ on average over the first tenth of the steps and ${figure(late * 2 ** 24)} · 2⁻²⁴ over the last tenth, where 2⁻²⁴ is one rounding of a number near 1.`,
      `After the last step logistic regression classifies ${percent(accuracy)} of the test digits correctly. Softmax regression disagrees with it on ${whole(disagreements)} of ${whole(counts.test)}.`,
    ],
  };
}
