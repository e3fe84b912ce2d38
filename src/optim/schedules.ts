import { GradfoldError } from '../core/errors.ts';

/** The learning rate of a step, of which 0 is the first: what an optimizer takes as its `learningRate`. */
export type Schedule = (step: number) => number;

export interface CosineOptions {
  /** So many steps at first rise in a line, the first to 1/warmup of the rate. @default 0 */
  warmup?: number;
  /** Where the rate ends and stays. @default 0 */
  floor?: number;
}

/** The same rate η at every step. */
export function constant(learningRate: number): Schedule {
  checkFrom('constant', 'learningRate', learningRate, 0);
  return () => learningRate;
}

/** η·factorᵏ after k times `every` steps, as `torch.optim.lr_scheduler.StepLR`. */
export function stepDecay(learningRate: number, every: number, factor: number): Schedule {
  checkFrom('stepDecay', 'learningRate', learningRate, 0);
  checkSteps('stepDecay', 'every', every, 1);
  checkFrom('stepDecay', 'factor', factor, 0);
  return (step) => learningRate * factor ** Math.floor(step / every);
}

/** η·factorᵗ at step t, as `torch.optim.lr_scheduler.ExponentialLR`. */
export function exponential(learningRate: number, factor: number): Schedule {
  checkFrom('exponential', 'learningRate', learningRate, 0);
  checkFrom('exponential', 'factor', factor, 0);
  return (step) => learningRate * factor ** step;
}

/**
 * Half a wave of the cosine from η down to the floor (Loshchilov and Hutter, SGDR, arXiv 1608.03983), as
 * `torch.optim.lr_scheduler.CosineAnnealingLR`, after a rise in a line:
 *
 *     (t + 1)/warmup · η                                              for t < warmup
 *     floor + (η - floor)·(1 + cos(π·(t - warmup)/(steps - warmup)))/2   up to `steps`, where it is the floor, and stays
 *
 * @param steps in all, the rise among them
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
    throw new GradfoldError(`${schedule}: ${name} is ${String(value)}, expected a number from ${least} up`);
}

function checkSteps(schedule: string, name: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new GradfoldError(`${schedule}: ${name} is ${String(value)}, expected a whole number from ${least} up`);
}
