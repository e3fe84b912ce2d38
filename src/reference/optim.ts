import { round, sumOf } from './arithmetic.ts';
import { type Float64NdArray, type NdArray, requireShape, valuesOf } from './nd_array.ts';

interface TrainingOptions {
  /** A number, or a function of the step, counted from 0. */
  learningRate: number | ((step: number) => number);
  /** The largest norm that all gradients of a step together may have. @default gradients are not clipped */
  clipNorm?: number;
}

export interface SgdOptions extends TrainingOptions {
  /** @default 0 */
  momentum?: number;
  /** @default false */
  nesterov?: boolean;
  /** @default 0 */
  weightDecay?: number;
}

export interface AdamOptions extends TrainingOptions {
  /** @default 0.9 */
  beta1?: number;
  /** @default 0.999 */
  beta2?: number;
  /** @default 1e-8 */
  epsilon?: number;
  /** @default 0 for `adam`, 0.01 for `adamw` */
  weightDecay?: number;
}

/**
 * Returns the parameters after all `steps`: g ← g + λ·p, b ← μ·b + g, p ← p - η·b, or with nesterov p - η·(g + μ·b),
 * like `torch.optim.SGD` with dampening 0 (its first b is g, which equals μ·0 + g).
 *
 * @param steps the gradients of all parameters, for each step
 */
export function sgd(
  parameters: readonly NdArray[],
  steps: readonly (readonly NdArray[])[],
  options: SgdOptions,
): Float64NdArray[] {
  const { nesterov = false } = options;
  const [mu, lambda] = [round(options.momentum ?? 0), round(options.weightDecay ?? 0)];
  const velocities = zerosLike(parameters);
  return train('sgd', parameters, steps, options, (rate) => (p, given, parameter, i) => {
    const g = round(given + round(lambda * p));
    const velocity = velocities[parameter]!;
    const b = round(round(mu * velocity[i]!) + g);
    velocity[i] = b;
    const d = nesterov ? round(g + round(mu * b)) : b;
    return round(p - round(round(rate) * d));
  });
}

/**
 * Returns the parameters after all `steps`, like `torch.optim.Adam`: g ← g + λ·p, m ← β₁·m + (1 - β₁)·g,
 * v ← β₂·v + (1 - β₂)·g², p ← p - η·(m/(1 - β₁ᵗ))/(√(v/(1 - β₂ᵗ)) + ε).
 */
export function adam(
  parameters: readonly NdArray[],
  steps: readonly (readonly NdArray[])[],
  options: AdamOptions,
): Float64NdArray[] {
  const { weightDecay = 0 } = options;
  return adamLike('adam', parameters, steps, options, { l2: weightDecay, decoupled: 0 });
}

/** The same, like `torch.optim.AdamW`: weight decay is p ← p - η·λ·p before the step, not part of the gradient. */
export function adamw(
  parameters: readonly NdArray[],
  steps: readonly (readonly NdArray[])[],
  options: AdamOptions,
): Float64NdArray[] {
  const { weightDecay = 0.01 } = options;
  return adamLike('adamw', parameters, steps, options, { l2: 0, decoupled: weightDecay });
}

function adamLike(
  op: string,
  parameters: readonly NdArray[],
  steps: readonly (readonly NdArray[])[],
  options: AdamOptions,
  decay: { l2: number; decoupled: number },
): Float64NdArray[] {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const [means, squares] = [zerosLike(parameters), zerosLike(parameters)];
  return train(op, parameters, steps, options, (rate, step) => {
    const [stepSize, root] = [round(rate / (1 - beta1 ** (step + 1))), round(Math.sqrt(1 - beta2 ** (step + 1)))];
    return (p, given, parameter, i) => {
      const g = round(given + round(round(decay.l2) * p));
      const [mean, square] = [means[parameter]!, squares[parameter]!];
      const m = round(round(round(beta1) * mean[i]!) + round(round(1 - beta1) * g));
      const v = round(round(round(beta2) * square[i]!) + round(round(1 - beta2) * round(g * g)));
      mean[i] = m;
      square[i] = v;
      const kept = round(p * round(1 - rate * decay.decoupled));
      return round(kept - round(stepSize * round(m / round(round(round(Math.sqrt(v)) / root) + round(epsilon)))));
    };
  });
}

/**
 * Returns all gradients times min(1, maxNorm/(norm + 1e-6)), where norm = √Σ g² over all of them, like
 * `torch.nn.utils.clip_grad_norm_`. An infinite norm turns finite elements into 0 and infinite ones into NaN.
 */
export function clipByGlobalNorm(
  gradients: readonly NdArray[],
  maxNorm: number,
): { gradients: Float64NdArray[]; norm: number } {
  const values = gradients.map((g, i) => valuesOf('clipByGlobalNorm', `gradients[${i}]`, g));
  const norm = normOf(values);
  const scale = Math.min(1, round(maxNorm / (norm + 1e-6)));
  const clipped = values.map((g, i) => ({
    shape: [...(gradients[i] as NdArray).shape],
    data: g.map((x) => round(scale * x)),
  }));
  return { gradients: clipped, norm };
}

/** √Σ x², with x scaled by its largest magnitude. No square overflows, and those that underflow do not matter. */
function normOf(values: readonly Float64Array[]): number {
  const largest = values.reduce((most, x) => x.reduce((m, value) => Math.max(m, Math.abs(value)), most), 0);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  const square = (value: number) => round(round(value / largest) ** 2);
  const total = values.reduce((squares, x) => round(squares + sumOf(x, square)), 0);
  return round(largest * round(Math.sqrt(total)));
}

/** Updates one element of a parameter from its gradient. */
type Move = (p: number, g: number, parameter: number, i: number) => number;

function train(
  op: string,
  parameters: readonly NdArray[],
  steps: readonly (readonly NdArray[])[],
  { learningRate, clipNorm }: TrainingOptions,
  moveAt: (rate: number, step: number) => Move,
): Float64NdArray[] {
  const trained = parameters.map((parameter, i) => ({
    shape: [...parameter.shape],
    data: Float64Array.from(valuesOf(op, `parameters[${i}]`, parameter)),
  }));
  for (const [step, given] of steps.entries()) {
    for (const [i, g] of given.entries()) requireShape(op, `gradients[${i}]`, g, trained[i]!.shape, `parameters[${i}]`);
    const gradients = clipNorm === undefined ? given : clipByGlobalNorm(given, clipNorm).gradients;
    const move = moveAt(typeof learningRate === 'function' ? learningRate(step) : learningRate, step);
    for (const [index, { data }] of trained.entries()) {
      const g = valuesOf(op, `gradients[${index}]`, gradients[index] as NdArray);
      for (let i = 0; i < data.length; i++) data[i] = move(data[i]!, g[i]!, index, i);
    }
  }
  return trained;
}

function zerosLike(parameters: readonly NdArray[]): Float64Array[] {
  return parameters.map(({ data }) => new Float64Array(data.length));
}
