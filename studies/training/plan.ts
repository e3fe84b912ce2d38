import { GradfoldError } from '../../src/core/errors.ts';
import { LOSS_NAMES, type LossName } from './losses.ts';
import { MODEL_NAMES, type ModelName } from './models.ts';

/** What a run of training is: the same plan gives the same bits. */
export interface TrainingPlan {
  readonly model: ModelName;
  /** How often every image is seen. */
  readonly epochs: number;
  /** Images a step. An epoch's last images stay out of it where they do not fill a batch. */
  readonly batch: number;
  /** Of the first weights and of the order of the images. */
  readonly seed: number;
  /** How many images there are to learn from. */
  readonly images: number;
  /** Whether the model has its batch-norm layers; without them the layers before have biases. @default true */
  readonly batchNorm?: boolean;
  /** @default 'crossEntropy' */
  readonly loss?: LossName;
}

/** A plan that says of what it may leave out only what is not the default: saved plans are compared by their texts. */
export function shortPlan({ batchNorm = true, loss = 'crossEntropy', ...plan }: TrainingPlan): TrainingPlan {
  return { ...plan, ...(batchNorm ? {} : { batchNorm }), ...(loss === 'crossEntropy' ? {} : { loss }) };
}

/** The plan in a file's metadata. @throws GradfoldError unless it is one */
export function readPlan(text: string | undefined): TrainingPlan {
  try {
    const plan = JSON.parse(text ?? '') as TrainingPlan;
    if (isPlan(plan)) return plan;
  } catch {
    // Said below.
  }
  throw new GradfoldError('train: the file holds no training, expected one that `train --save` wrote');
}

function isPlan({
  model,
  epochs,
  batch,
  seed,
  images,
  batchNorm = true,
  loss = 'crossEntropy',
}: TrainingPlan): boolean {
  const counts = [epochs, batch, images].every((value) => Number.isSafeInteger(value) && value > 0);
  const whole = counts && batch <= images && Number.isSafeInteger(seed) && seed >= 0;
  return whole && MODEL_NAMES.includes(model) && typeof batchNorm === 'boolean' && LOSS_NAMES.includes(loss);
}
