import shader from '../../shaders/adam_step.wgsl';
import { GradfoldError } from '../core/errors.ts';
import type { Parameters } from '../core/parameters.ts';
import { Optimizer } from './optimizer.ts';
import { checkFromZero, type LearningRate, ruleKernel } from './rule.ts';

const KERNEL = ruleKernel('adam_step', shader);

export interface AdamOptions {
  /** η: a number from 0 up, or a function of the step, of which 0 is the first. */
  learningRate: LearningRate;
  /** How much of the gradient's running mean is kept, in [0, 1). @default 0.9 */
  beta1?: number;
  /** How much of its square's running mean is kept, in [0, 1). @default 0.999 */
  beta2?: number;
  /** ε, above 0. @default 1e-8 */
  epsilon?: number;
  /** λ, from 0 up. @default 0 for `adam`, 0.01 for `adamw` */
  weightDecay?: number;
}

/**
 * Adam (Kingma and Ba, arXiv 1412.6980), exactly as `torch.optim.Adam`; at step t, from 1:
 *
 *     g ← g + λ·p
 *     m ← β₁·m + (1 - β₁)·g        from m = 0
 *     v ← β₂·v + (1 - β₂)·g²       from v = 0
 *     p ← p - η·(m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)
 *
 * β₁ and β₂ are taken as f32 has them, and the bias corrections computed from those in float64. NaN or infinity in a gradient
 * makes that element of its parameter NaN, and no other; squares overflow from 1.8e19 up.
 * @param parameters f32, a tensor or arrays and records of them, each once: copied, neither changed nor disposed of
 * @returns an optimizer whose `parameters` are its own, in the same structure
 * @throws GradfoldError for a parameter that is no f32 tensor or comes twice, and an option out of its range; DisposedError
 */
export function adam<P extends Parameters>(parameters: P, options: AdamOptions): Optimizer<P> {
  return adamLike('adam', parameters, options, { weightDecay: 0, decoupled: false });
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), exactly as `torch.optim.AdamW`: the gradient
 * stays as it is, and before the step
 *
 *     p ← p - η·λ·p
 *
 * All else is as in `adam`, but that `weightDecay` is 0.01 by default.
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
  // As the kernel has them, everywhere: with the weights 0.999 in f32 and 0.001, v would go 1.3e-5 past the mean of g².
  const [b1, b2] = [betaOf(op, 'beta1', beta1), betaOf(op, 'beta2', beta2)];
  // Where v is 0, so is m: without ε their quotient is no number.
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

/** The nearest number of f32. @throws GradfoldError unless that is in [0, 1) */
function betaOf(op: string, name: string, value: unknown): number {
  const beta = typeof value === 'number' ? Math.fround(value) : Number.NaN;
  if (!(beta >= 0 && beta < 1))
    throw new GradfoldError(`${op}: ${name} is ${String(value)}, expected a number in [0, 1)`);
  return beta;
}
