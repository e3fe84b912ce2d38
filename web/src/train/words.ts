import type { TrainingPlan } from '../../../studies/training/plan.ts';
import type { State } from './state.ts';

/** The names of the models in the form and in sentences. */
export const MODEL_WORDS = {
  softmax: 'softmax regression',
  'softmax-bn': 'softmax regression with batch-norm',
  mlp: 'multilayer perceptron',
  cnn: 'convolutional network',
} as const;

export const LOSS_WORDS = { crossEntropy: 'cross-entropy', squaredError: 'squared error' } as const;

export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

export const whole = (value: number) => Math.round(value).toLocaleString('en');

/** Describes a plan. */
export function planWords({
  model,
  images,
  epochs,
  seed,
  batchNorm = true,
  loss = 'crossEntropy',
}: TrainingPlan): string {
  const norm = model === 'softmax' ? '' : batchNorm ? ' with batch-norm' : ' without batch-norm';
  const article = model === 'softmax' ? '' : 'a ';
  return `The model is ${article}${MODEL_WORDS[model]}${norm}, by ${LOSS_WORDS[loss]}, on ${whole(images)} images, ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, seed ${seed}.`;
}

/** Describes the progress in a sentence. */
export function statusWords({ phase, download, model }: State): string {
  if (phase === 'loading') return download ? 'Loading the digits.' : 'Opening the GPU and loading the digits.';
  if (!model) return 'Nothing has been trained yet.';
  const { step, steps, stepsPerEpoch, plan, scores } = model;
  if (phase === 'scoring' || (phase === 'training' && step >= steps)) return 'Scoring the model on test digits.';
  const epoch = Math.min(plan.epochs, Math.floor(step / stepsPerEpoch) + 1);
  const score = scores.at(-1);
  const sees = score ? ` The test accuracy is ${percent(score.accuracy)}.` : '';
  if (step >= steps) return `Done.${sees}`;
  const where = `epoch ${epoch} of ${plan.epochs}`;
  return phase === 'training'
    ? `Training: ${where}.${sees}`
    : `Paused after step ${step} of ${steps}, in ${where}.${sees}`;
}
