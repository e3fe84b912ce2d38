import { GradfoldError } from '../../src/core/errors.ts';
import { LOSS_NAMES, type LossName } from './losses.ts';
import { MODEL_NAMES, type ModelName } from './models.ts';

/** The settings that determine a training run. The same plan gives the same bits. */
export interface TrainingPlan {
  readonly model: ModelName;
  /** Passes over the images. */
  readonly epochs: number;
  /** Images per step. The last images of an epoch are skipped if they do not fill a batch. */
  readonly batch: number;
  /** The seed of the initial weights and the order of the images. */
  readonly seed: number;
  /** The number of training images. */
  readonly images: number;
  /** Whether to include the batch-norm layers; without them the preceding layers have biases. @default true */
  readonly batchNorm?: boolean;
  /** @default 'crossEntropy' */
  readonly loss?: LossName;
}

/** Leaves out optional fields with default values, because saved plans are compared as text. */
export function shortPlan({ batchNorm = true, loss = 'crossEntropy', ...plan }: TrainingPlan): TrainingPlan {
  return { ...plan, ...(batchNorm ? {} : { batchNorm }), ...(loss === 'crossEntropy' ? {} : { loss }) };
}

/** The plan in a file's metadata. @throws GradfoldError when there is none */
export function readPlan(text: string | undefined): TrainingPlan {
  try {
    const plan = JSON.parse(text ?? '') as TrainingPlan;
    if (isPlan(plan)) return plan;
  } catch {
    // Reported below.
  }
  throw new GradfoldError('train: the file has no training state, expected a file that `train --save` wrote');
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
