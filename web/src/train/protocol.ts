import type { BackendInfo } from 'gradfold';
import type { TrainingPlan } from '../../../studies/training/plan.ts';

/** What the visitor chooses. */
export type Choices = Required<Pick<TrainingPlan, 'model' | 'batchNorm' | 'loss' | 'images' | 'epochs' | 'seed'>>;

/** A loss that was read back, after so many steps. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

/** How good the model is on digits that it has not seen, after so many steps. */
export interface Score {
  readonly step: number;
  /** The mean loss of the steps since the score before; undefined where there were none. */
  readonly loss: number | undefined;
  readonly accuracy: number;
  /** Of the test images. */
  readonly count: number;
}

/** A test image that was taken for something else. */
export interface WrongDigit {
  /** [784] */
  readonly pixels: Uint8Array;
  readonly label: number;
  readonly taken: number;
  /** What the model gave the right digit. */
  readonly probability: number;
}

/** What came of the work since the last time it was told. */
export interface Progress {
  readonly step: number;
  readonly losses: readonly LossPoint[];
  readonly scores: readonly Score[];
  /** Those of the last score; undefined where there was none. */
  readonly wrong: readonly WrongDigit[] | undefined;
  /** Undefined where nothing was trained. */
  readonly imagesPerSecond: number | undefined;
}

/** What the worker tells the page. */
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
