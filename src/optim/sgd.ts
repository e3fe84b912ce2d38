import shader from '../../shaders/sgd_step.wgsl';
import { GradfoldError } from '../core/errors.ts';
import type { Parameters } from '../core/parameters.ts';
import { checkOption } from '../ops/check.ts';
import { Optimizer } from './optimizer.ts';
import { checkFromZero, type LearningRate, ruleKernel } from './rule.ts';

const KERNEL = ruleKernel('sgd_step', shader);

export interface SgdOptions {
  /** η, at least 0: a number or a function of the step, counted from 0. */
  learningRate: LearningRate;
  /** μ, at least 0. @default 0 */
  momentum?: number;
  /** Whether to use Nesterov momentum; requires a momentum above 0. @default false */
  nesterov?: boolean;
  /** λ, at least 0: λ·p is added to the gradient. @default 0 */
  weightDecay?: number;
}

/**
 * Stochastic gradient descent with momentum, with the formula of `torch.optim.SGD` with dampening 0 (after Sutskever et
 * al., On the importance of initialization and momentum in deep learning, ICML 2013):
 *
 *     g ← g + λ·p
 *     b ← μ·b + g                  from b = 0
 *     p ← p - η·b                  with `nesterov`, p - η·(g + μ·b); without momentum, p - η·g
 *
 * A non-finite element of a gradient makes the same element of its parameter NaN and affects no other.
 * @param parameters f32: a tensor, or arrays and records of tensors, each only once. They are copied, and neither
 * changed nor disposed of
 * @returns an optimizer with its own `parameters`, in the same structure
 * @throws GradfoldError for a parameter that is not an f32 tensor or appears twice, for an option outside its range,
 * and for `nesterov` without momentum; DisposedError
 */
export function sgd<P extends Parameters>(parameters: P, options: SgdOptions): Optimizer<P> {
  const op = 'sgd';
  const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = options ?? ({} as SgdOptions);
  checkFromZero(op, 'momentum', momentum);
  checkOption(op, 'nesterov', nesterov, [false, true]);
  checkFromZero(op, 'weightDecay', weightDecay);
  if (nesterov && momentum === 0)
    throw new GradfoldError(`${op}: nesterov is true, expected a momentum above 0 with it`);
  const rule = {
    op,
    kernel: KERNEL,
    moments: ['velocity'],
    kept: momentum > 0 ? ['velocity'] : [],
    constants: { MOMENTUM: momentum > 0, NESTEROV: nesterov },
    paramsAt: (rate: number) => ({ learning_rate: rate, momentum, weight_decay: weightDecay }),
  };
  return new Optimizer(rule, parameters, learningRate);
}
