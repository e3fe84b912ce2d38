import shader from '../../shaders/adam_step.wgsl';
import { GradfoldError } from '../core/errors.ts';
import type { Parameters } from '../core/parameters.ts';
import { Optimizer } from './optimizer.ts';
import { checkFromZero, type LearningRate, ruleKernel } from './rule.ts';

const KERNEL = ruleKernel('adam_step', shader);

export interface AdamOptions {
  /** η, at least 0: a number or a function of the step, counted from 0. */
  learningRate: LearningRate;
  /** β₁, the decay rate of the running mean of the gradient, in [0, 1). @default 0.9 */
  beta1?: number;
  /** β₂, the decay rate of the running mean of the squared gradient, in [0, 1). @default 0.999 */
  beta2?: number;
  /** ε, a normal f32 above 0. @default 1e-8 */
  epsilon?: number;
  /** λ, at least 0. @default 0 for `adam`, 0.01 for `adamw` */
  weightDecay?: number;
}

/**
 * Adam (Kingma and Ba, arXiv 1412.6980), with the formula of `torch.optim.Adam`. At step t, counted from 1:
 *
 *     g ← g + λ·p
 *     m ← β₁·m + (1 - β₁)·g        from m = 0
 *     v ← β₂·v + (1 - β₂)·g²       from v = 0
 *     p ← p - η·(m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)
 *
 * β₁ and β₂ are rounded to f32, and the bias corrections are computed from the rounded values in float64. A non-finite
 * element of a gradient makes the same element of its parameter NaN and affects no other. Squares overflow for
 * magnitudes of 1.8e19 and above.
 * @param parameters f32: a tensor, or arrays and records of tensors, each only once. They are copied, and neither
 * changed nor disposed of
 * @returns an optimizer with its own `parameters`, in the same structure
 * @throws GradfoldError for a parameter that is not an f32 tensor or appears twice, and for an option outside its
 * range; DisposedError
 */
export function adam<P extends Parameters>(parameters: P, options: AdamOptions): Optimizer<P> {
  return adamLike('adam', parameters, options, { weightDecay: 0, decoupled: false });
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), with the formula of `torch.optim.AdamW`.
 * The gradient has no decay term; instead, each step first computes
 *
 *     p ← p - η·λ·p
 *
 * Everything else is as in `adam`, except that `weightDecay` defaults to 0.01.
 */
export function adamw<P extends Parameters>(parameters: P, options: AdamOptions): Optimizer<P> {
  return adamLike('adamw', parameters, options, { weightDecay: 0.01, decoupled: true });
}

function adamLike<P extends Parameters>(
  op: string,
  parameters: P,
  options: AdamOptions | undefined,
  decay: { weightDecay: number; decoupled: boolean },
): Optimizer<P> {
  const { learningRate, ...others } = options ?? ({} as AdamOptions);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = decay.weightDecay } = others;
  // The host uses the kernel's f32 values too: with weights of f32 0.999 and exactly 0.001, v would exceed the mean of
  // g² by a factor of 1 + 1.3e-5.
  const [b1, b2] = [betaOf(op, 'beta1', beta1), betaOf(op, 'beta2', beta2)];
  // Where v is 0, so is m: without ε their quotient would be NaN.
  if (typeof epsilon !== 'number' || !(Math.fround(epsilon) >= 2 ** -126 && Number.isFinite(Math.fround(epsilon))))
    throw new GradfoldError(`${op}: epsilon is ${String(epsilon)}, expected a number above 0, in f32`);
  checkFromZero(op, 'weightDecay', weightDecay);
  const moments = ['mean', 'square'];
  const rule = {
    op,
    kernel: KERNEL,
    moments,
    kept: moments,
    constants: {},
    paramsAt: (rate: number, step: number) => ({
      beta1: b1,
      beta2: b2,
      rest1: 1 - b1,
      rest2: 1 - b2,
      step_size: rate / (1 - b1 ** step),
      correction: 1 / Math.sqrt(1 - b2 ** step),
      epsilon,
      decay: decay.decoupled ? rate * weightDecay : 0,
      l2: decay.decoupled ? 0 : weightDecay,
    }),
  };
  return new Optimizer(rule, parameters, learningRate);
}

/** The nearest f32. @throws GradfoldError unless it is in [0, 1) */
function betaOf(op: string, name: string, value: unknown): number {
  const beta = typeof value === 'number' ? Math.fround(value) : Number.NaN;
  if (!(beta >= 0 && beta < 1))
    throw new GradfoldError(`${op}: ${name} is ${String(value)}, expected a number in [0, 1)`);
  return beta;
}
