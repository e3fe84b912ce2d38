import { GradfoldError } from '../core/errors.ts';

/** Returns the learning rate of a step, counted from 0. Optimizers take it as their `learningRate`. */
export type Schedule = (step: number) => number;

export interface CosineOptions {
  /** The number of steps of linear warmup, starting at 1/warmup of the rate: less than `steps`. @default 0 */
  warmup?: number;
  /** The final rate, at least 0. @default 0 */
  floor?: number;
}

/** The same rate η at every step. @throws GradfoldError unless `learningRate` is a number of at least 0 */
export function constant(learningRate: number): Schedule {
  checkFrom('constant', 'learningRate', learningRate, 0);
  return () => learningRate;
}

/**
 * `η·factor^⌊t/every⌋` at step t, as in `torch.optim.lr_scheduler.StepLR`.
 * @param learningRate η, at least 0
 * @param every steps between decays, at least 1
 * @param factor at least 0
 * @throws GradfoldError for an argument outside its range
 */
export function stepDecay(learningRate: number, every: number, factor: number): Schedule {
  checkFrom('stepDecay', 'learningRate', learningRate, 0);
  checkSteps('stepDecay', 'every', every, 1);
  checkFrom('stepDecay', 'factor', factor, 0);
  return (step) => learningRate * factor ** Math.floor(step / every);
}

/**
 * `η·factorᵗ` at step t, as in `torch.optim.lr_scheduler.ExponentialLR`.
 * @param learningRate η, at least 0
 * @param factor at least 0
 * @throws GradfoldError for an argument outside its range
 */
export function exponential(learningRate: number, factor: number): Schedule {
  checkFrom('exponential', 'learningRate', learningRate, 0);
  checkFrom('exponential', 'factor', factor, 0);
  return (step) => learningRate * factor ** step;
}

/**
 * Cosine annealing from η to the floor (Loshchilov and Hutter, SGDR, arXiv 1608.03983), as in
 * `torch.optim.lr_scheduler.CosineAnnealingLR`, after a linear warmup:
 *
 *     (t + 1)/warmup · η                                                 for t < warmup
 *     floor + (η - floor)·(1 + cos(π·(t - warmup)/(steps - warmup)))/2   for warmup ≤ t < steps
 *     floor                                                              for t ≥ steps
 *
 * @param learningRate η, at least 0
 * @param steps the total number of steps, including warmup, at least 1
 * @throws GradfoldError for an argument outside its range
 */
export function cosine(learningRate: number, steps: number, options: CosineOptions = {}): Schedule {
  const { warmup = 0, floor = 0 } = options;
  checkFrom('cosine', 'learningRate', learningRate, 0);
  checkSteps('cosine', 'steps', steps, 1);
  checkSteps('cosine', 'warmup', warmup, 0);
  if (warmup >= steps) throw new GradfoldError(`cosine: warmup is ${warmup}, expected less than steps, ${steps}`);
  checkFrom('cosine', 'floor', floor, 0);
  return (step) => {
    if (step < warmup) return ((step + 1) / warmup) * learningRate;
    if (step >= steps) return floor;
    return floor + ((learningRate - floor) * (1 + Math.cos((Math.PI * (step - warmup)) / (steps - warmup)))) / 2;
  };
}

function checkFrom(schedule: string, name: string, value: unknown, least: number): void {
  if (typeof value !== 'number' || !(value >= least && Number.isFinite(value)))
    throw new GradfoldError(`${schedule}: ${name} is ${String(value)}, expected a number of at least ${least}`);
}

function checkSteps(schedule: string, name: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new GradfoldError(`${schedule}: ${name} is ${String(value)}, expected a whole number of at least ${least}`);
}
