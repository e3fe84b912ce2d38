import type { BackendInfo } from 'gradfold';
import type { TrainingPlan } from '../../../studies/training/plan.ts';
import type { Trouble } from '../shell/trouble.tsx';
import type { LossPoint, Score, TrainerEvent, WrongDigit } from './protocol.ts';

/** The page's view of the model in the worker. */
export interface ModelState {
  readonly plan: TrainingPlan;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly step: number;
  readonly losses: readonly LossPoint[];
  readonly scores: readonly Score[];
  /** The last score and its misclassified digits; undefined before the first score. */
  readonly wrong: { readonly digits: readonly WrongDigit[]; readonly score: Score } | undefined;
  readonly imagesPerSecond: number | undefined;
}

export interface State {
  readonly phase: 'idle' | 'loading' | 'scoring' | 'training' | 'stopped';
  readonly adapter: BackendInfo | undefined;
  readonly download: { readonly loaded: number; readonly total: number } | undefined;
  readonly model: ModelState | undefined;
  /** A sentence about a lost device. */
  readonly incident: string | undefined;
  readonly trouble: Trouble | undefined;
}

/** The actions of the worker and the page. */
export type Action =
  | TrainerEvent
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly trouble: Trouble };

export const IDLE: State = {
  phase: 'idle',
  adapter: undefined,
  download: undefined,
  model: undefined,
  incident: undefined,
  trouble: undefined,
};

export function reduce(state: State, action: Action): State {
  switch (action.kind) {
    case 'loading':
      return { ...state, phase: 'loading', download: undefined, incident: undefined, trouble: undefined };
    case 'adapter':
      return { ...state, adapter: action.info };
    case 'download':
      return { ...state, download: { loaded: action.loaded, total: action.total } };
    case 'model':
      return { ...state, phase: 'scoring', model: newModel(action), incident: undefined, trouble: undefined };
    case 'training':
      return { ...state, phase: 'training', trouble: undefined };
    case 'progress':
      return { ...state, model: state.model && grown(state.model, action) };
    case 'lost':
      return { ...state, incident: 'The GPU was lost. Reopening it from the last checkpoint.' };
    case 'resumed': {
      const incident = `The GPU was lost. Training resumed from the checkpoint after step ${action.step}.`;
      return { ...state, incident, model: state.model && backTo(state.model, action.step) };
    }
    case 'stopped':
      return { ...state, phase: state.model ? 'stopped' : 'idle' };
    case 'failed':
      return { ...state, phase: state.model ? 'stopped' : 'idle', trouble: action.trouble };
  }
}

function newModel({ plan, step, stepsPerEpoch }: TrainerEvent & { kind: 'model' }): ModelState {
  const nothingYet = { losses: [], scores: [], wrong: undefined, imagesPerSecond: undefined };
  return { plan, step, stepsPerEpoch, steps: plan.epochs * stepsPerEpoch, ...nothingYet };
}

function grown(model: ModelState, progress: TrainerEvent & { kind: 'progress' }): ModelState {
  const score = progress.scores.at(-1);
  return {
    ...model,
    step: progress.step,
    losses: [...model.losses, ...progress.losses],
    scores: [...model.scores, ...progress.scores],
    wrong: score && progress.wrong ? { digits: progress.wrong, score } : model.wrong,
    imagesPerSecond: progress.imagesPerSecond ?? model.imagesPerSecond,
  };
}

/** Drops the points after the checkpoint, which will be computed again. */
function backTo(model: ModelState, step: number): ModelState {
  const kept = <T extends { readonly step: number }>(points: readonly T[]) =>
    points.filter((point) => point.step <= step);
  return { ...model, step, losses: kept(model.losses), scores: kept(model.scores) };
}
