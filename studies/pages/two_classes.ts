import { TWO_CLASSES, type TwoClassesResult, twoClasses } from '../experiments/two_classes.ts';
import { experimentOf, type Telling } from './experiment.ts';
import { counted, figure, percent, whole } from './words.ts';

export const twoClassesExperiment = experimentOf(
  {
    title: 'Softmax with two classes is logistic regression',
    question: [
      'With two classes, softmax says of class 1 what a sigmoid of the difference of the logits says. So softmax regression at half the learning rate should train exactly as logistic regression does. Does it, to the bound of the numbers?',
    ],
    formula: [
      'exp(z₁)/(exp(z₀) + exp(z₁)) = σ(z₁ - z₀)',
      'gradient by w₁: g = mean (p - y)·x; by w₀: -g; by the w of logistic regression: g',
      'so a step of η/2 moves w₁ - w₀ by -η/2·(g - (-g)) = -η·g, as a step of η moves w',
      '',
      'what rounding can make of it at most, with U = 2⁻²⁴ and n the pixels of an image that are not 0, and its bias:',
      '  ζ = (n + 1)·U·Σ|x|·(|w₀| + |w₁| + |w|)                               both logits, sums in any order',
      '  π = ζ/4 + 64·U                                                       both probabilities',
      '  ρ = η·mean ‖(x, 1)‖·(π + 2·(N + 8)·U) + U·(‖w₀‖ + ‖w₁‖ + ‖w‖)        a step of N images',
      '  e ← max(1, η·L - 1)·e + ρ,  L = mean ‖(x, 1)‖²/4                     ‖(w₁ - w₀) - w‖ after it: the loss is convex',
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
      `The digits ${pair[0]} and ${pair[1]} among the first ${whole(images)} of MNIST: ${counts.train} to learn from, ${batch} a step in the same order, ${epochs} epochs, seed ${seed}; compared before every step on all ${whole(counts.test)} of them that were not seen.`,
      `Plain gradient descent, η = ${rate} for the logistic regression, ${rate / 2} for softmax: the half of a number in f32 is exact. First weights are multiples of 2⁻¹⁶, so that their difference is too.`,
      'Softmax’s loss is `crossEntropy`, the logistic `binaryCrossEntropyWithLogits`: kernels of their own.',
    ],
    tables: [
      {
        caption: 'Before a step, the largest over all digits',
        head: ['step', 'logistic loss', 'difference of probabilities', 'at most', 'difference of losses', 'at most'],
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
              ...{ name: 'measured, where it is not 0', color: 0, stroke: 'none' },
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
      `Over ${counted(steps.length, 'step')} the probabilities differ by ${figure(worst.probability)} at most (in step ${whole(worst.step + 1)}, where the bound is ${figure(worst.probabilityBound)}), the mean losses by ${figure(worstLoss)}. ${
        outside.length === 0
          ? 'Every step is within the bound: the two are one model.'
          : `${counted(outside.length, 'step')} are outside the bound: they are not the same to rounding.`
      } The bound is for roundings that all err the same way, those that happen mostly cancel: over the first tenth of the steps the largest difference is ${figure(early * 2 ** 24)} · 2⁻²⁴ on the mean, over the last ${figure(late * 2 ** 24)} · 2⁻²⁴, where 2⁻²⁴ is one rounding of a number near 1.`,
      `After the last step the logistic regression takes ${percent(accuracy)} of the unseen digits for what they are, and softmax says something else of ${whole(disagreements)} of ${whole(counts.test)}.`,
    ],
  };
}
