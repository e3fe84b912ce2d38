import { valueAndGrad } from '../../src/autograd/value_and_grad.ts';
import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { binaryCrossEntropyWithLogits } from '../../src/ops/binary_cross_entropy_with_logits.ts';
import { concat } from '../../src/ops/concat.ts';
import { meanSquaredError } from '../../src/ops/mean_squared_error.ts';
import { multiply } from '../../src/ops/multiply.ts';
import type { Reduction } from '../../src/ops/reduction.ts';
import { relu } from '../../src/ops/relu.ts';
import { sigmoid } from '../../src/ops/sigmoid.ts';
import { subtract } from '../../src/ops/subtract.ts';
import { where } from '../../src/ops/where.ts';
import { sgd } from '../../src/optim/sgd.ts';

/** ½(a - y)² or -y·ln a - (1 - y)·ln(1 - a), with a = σ(z). */
export const LOSSES = ['squared', 'entropy'] as const;
export type LossName = (typeof LOSSES)[number];

/** The loss of logits z and targets y. */
export function lossOf(loss: LossName, z: Tensor, y: Tensor, reduction: Reduction): Tensor {
  if (loss === 'entropy') return binaryCrossEntropyWithLogits(z, y, { reduction });
  return multiply(meanSquaredError(sigmoid(z), y, { reduction }), z.backend.full([], 0.5));
}

export interface NeuronSettings {
  /** The initial z₀ = w + b of each neuron, with w = b. */
  readonly starts: readonly number[];
  readonly neuronRate: number;
  /** The number of steps. */
  readonly steps: number;
}

/** One neuron, trained from z₀ toward the output 0. */
export interface NeuronRun {
  readonly loss: LossName;
  readonly start: number;
  /** The number of steps with an output above 0.9. */
  readonly plateau: number;
  /** Steps until the output is at most 0.1; undefined if it never is. */
  readonly converged: number | undefined;
  /** The same according to the differential equation dz/dt = -2η·dL/dz. */
  readonly predicted: number;
  /** Output, loss and dL/dz before some of the steps, including the first. */
  readonly curve: readonly { step: number; output: number; loss: number; gradient: number }[];
}

/** Trains one neuron per start. The input is 1 and the target 0, so w and b move alike and z moves by twice the gradient. */
export async function neuronsOf(
  backend: TensorBackend,
  loss: LossName,
  settings: NeuronSettings,
): Promise<NeuronRun[]> {
  const { starts, neuronRate: learningRate, steps } = settings;
  const halves = starts.map((start) => start / 2);
  using w = backend.tensor(halves);
  using b = backend.tensor(halves);
  using target = backend.zeros([starts.length]);
  using levels = backend.tensor([0.9, 0.1], [2, 1]);
  using one = backend.full([], 1);
  using none = backend.zeros([]);
  using optimizer = sgd({ w, b }, { learningRate });
  const slope = valueAndGrad(({ w, b }: { w: Tensor; b: Tensor }) => {
    const z = add(w, b);
    return { value: lossOf(loss, z, target, 'sum'), aux: z };
  });
  const at = recordedSteps(steps);
  const records: Promise<ArrayLike<number>>[] = [];
  // The number of steps that each neuron spent above each level, counted on the GPU.
  let above = backend.zeros([2, starts.length]);
  for (let step = 0; step < steps; step++) {
    const next = backend.scope(() => {
      const { aux: z, gradients } = slope(optimizer.parameters);
      optimizer.step(gradients);
      const output = sigmoid(z);
      if (at.has(step)) records.push(concat([output, lossOf(loss, z, target, 'none'), gradients.b]).data());
      return add(above, where(relu(subtract(output, levels)), one, none));
    });
    above.dispose();
    above = next;
    // Lets the queue drain: the host would run ahead by thousands of steps.
    if (step % 500 === 499) await backend.sync();
  }
  const counts = await above.data();
  above.dispose();
  const rows = await Promise.all(records);
  const n = starts.length;
  return starts.map((start, i) => {
    const [plateau, until] = [counts[i] as number, counts[n + i] as number];
    const curve = [...at].map((step, row) => {
      const [output, value, gradient] = [0, n, 2 * n].map((first) => rows[row]?.[first + i] as number);
      return { step, output: output as number, loss: value as number, gradient: gradient as number };
    });
    const converged = until < steps ? until : undefined;
    return { loss, start, plateau, converged, predicted: predictedSteps(loss, start, 0.1, learningRate), curve };
  });
}

/** Every step up to 100, then steps that grow by 5 %, and the last step. */
function recordedSteps(steps: number): Set<number> {
  const at = new Set<number>();
  for (let step = 0; step < steps; step = step < 100 ? step + 1 : Math.ceil(step * 1.05)) at.add(step);
  return at.add(steps - 1);
}

/**
 * How long dz/dt = -2η·dL/dz takes from z₀ to the output `level`. With a = σ(z), dL/dz is a for the cross-entropy and
 * a²·(1 - a) for half the squared error, whose inverses have the integrals z - e⁻ᶻ and eᶻ + 3z - 3e⁻ᶻ - e⁻²ᶻ/2.
 */
export function predictedSteps(loss: LossName, start: number, level: number, learningRate: number): number {
  const integral = (z: number) =>
    loss === 'entropy' ? z - Math.exp(-z) : Math.exp(z) + 3 * z - 3 * Math.exp(-z) - Math.exp(-2 * z) / 2;
  return (integral(start) - integral(Math.log(level / (1 - level)))) / (2 * learningRate);
}
