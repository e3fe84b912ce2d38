import type { BackendInfo } from 'gradfold';
import type { TrainingPlan } from '../../../studies/training/plan.ts';

/** The visitor's choices. */
export type Choices = Required<Pick<TrainingPlan, 'model' | 'batchNorm' | 'loss' | 'images' | 'epochs' | 'seed'>>;

/** A loss that was read back at a step. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

/** The score of the model on test digits at a step. */
export interface Score {
  readonly step: number;
  /** The mean loss of the steps since the previous score; undefined if there were none. */
  readonly loss: number | undefined;
  readonly accuracy: number;
  /** The number of test images. */
  readonly count: number;
}

/** A test image that was misclassified. */
export interface WrongDigit {
  /** [784] */
  readonly pixels: Uint8Array;
  readonly label: number;
  readonly taken: number;
  /** The probability that the model gave the correct digit. */
  readonly probability: number;
}

/** The results since the last progress event. */
export interface Progress {
  readonly step: number;
  readonly losses: readonly LossPoint[];
  readonly scores: readonly Score[];
  /** The misclassified digits of the last score; undefined if there was none. */
  readonly wrong: readonly WrongDigit[] | undefined;
  /** Undefined if nothing was trained. */
  readonly imagesPerSecond: number | undefined;
}

/** The events that the worker sends to the page. */
export type TrainerEvent =
  | { readonly kind: 'adapter'; readonly info: BackendInfo }
  | { readonly kind: 'download'; readonly loaded: number; readonly total: number }
  | { readonly kind: 'model'; readonly plan: TrainingPlan; readonly step: number; readonly stepsPerEpoch: number }
  | { readonly kind: 'training' }
  | ({ readonly kind: 'progress' } & Progress)
  | { readonly kind: 'lost' }
  | { readonly kind: 'resumed'; readonly step: number }
  | { readonly kind: 'stopped' };

export type Listener = (event: TrainerEvent) => void;
