import { valueAndGrad } from '../../src/autograd/value_and_grad.ts';
import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import type { Layer } from '../../src/nn/layer.ts';
import { linear, relu as reluLayer } from '../../src/nn/layers.ts';
import { sequential } from '../../src/nn/sequential.ts';
import { add } from '../../src/ops/add.ts';
import { argmax } from '../../src/ops/argmax.ts';
import { concat } from '../../src/ops/concat.ts';
import { crossEntropy } from '../../src/ops/cross_entropy.ts';
import { gather } from '../../src/ops/gather.ts';
import { matmul } from '../../src/ops/matmul.ts';
import { mean } from '../../src/ops/mean.ts';
import { multiply } from '../../src/ops/multiply.ts';
import { relu } from '../../src/ops/relu.ts';
import { subtract } from '../../src/ops/subtract.ts';
import { sum } from '../../src/ops/sum.ts';
import { transpose } from '../../src/ops/transpose.ts';
import { CLASSES, PIXELS } from '../training/digits.ts';
import { batchesOf, batchOf, type FitPlan, fit, type Learner, learnerOf, type Samples, stepOf } from './fit.ts';

/** The hyperparameters of one of many models. */
export interface Trial {
  readonly rate: number;
  readonly momentum: number;
}

export type SidePlan = Pick<FitPlan, 'epochs' | 'batch' | 'seed'> & {
  /** Units of the hidden layer. */
  readonly hidden: number;
};

/** Models with the same architecture, initial weights and batches, each trained with its own trial. */
export interface Trained extends Disposable {
  /** The mean loss of each epoch's steps, per model. */
  readonly losses: readonly (readonly number[])[];
  /** The class that each model predicts for each image: [models][N]. */
  predictions(x: Tensor): Promise<ArrayLike<number>[]>;
}

export type Way = (samples: Samples, trials: readonly Trial[], plan: SidePlan) => Promise<Trained>;

export const WAYS = ['sequential', 'interleaved', 'batched'] as const;
export type WayName = (typeof WAYS)[number];

/** One model after the other, each awaited; all models in one stream, alternating; all models along an axis of tensors. */
export const TRAIN: Readonly<Record<WayName, Way>> = {
  sequential: oneByOne,
  interleaved: inTurns,
  batched: alongAnAxis,
};

const layersOf = (hidden: number): Layer[] => [linear(PIXELS, hidden), reluLayer(), linear(hidden, CLASSES)];

function learnersOf({ x }: Samples, trials: readonly Trial[], { hidden, seed }: SidePlan): Learner[] {
  return trials.map(({ rate: learningRate, momentum }) =>
    learnerOf(x.backend, layersOf(hidden), seed, { learningRate, momentum }),
  );
}

async function oneByOne(samples: Samples, trials: readonly Trial[], plan: SidePlan): Promise<Trained> {
  const learners = learnersOf(samples, trials, plan);
  const losses: number[][] = [];
  for (const { optimizer, lossOf } of learners) losses.push(await fit(optimizer, samples, lossOf, plan));
  return trainedOf(learners, losses);
}

async function inTurns(samples: Samples, trials: readonly Trial[], plan: SidePlan): Promise<Trained> {
  const learners = learnersOf(samples, trials, plan);
  const { backend } = samples.x;
  const losses = await fitTotals(samples, plan, learners.length, (rows, totals) => {
    const batch = batchOf(samples, rows);
    const sums = learners.map(({ optimizer, lossOf }, i) =>
      add(
        totals[i] as Tensor,
        stepOf(backend, optimizer, (parameters) => lossOf(parameters, batch)),
      ),
    );
    return { totals: sums };
  });
  return trainedOf(learners, losses);
}

function trainedOf(learners: readonly Learner[], losses: number[][]): Trained {
  return {
    losses,
    async predictions(x) {
      const best = learners.map(({ logitsOf }) => x.backend.scope(() => argmax(logitsOf(x))));
      const values = await Promise.all(best.map((tensor) => tensor.data()));
      for (const tensor of best) tensor.dispose();
      return values;
    },
    [Symbol.dispose]() {
      for (const learner of learners) learner[Symbol.dispose]();
    },
  };
}

/** The sums after a step, and other tensors that outlive the step's scope. */
interface Stepped {
  readonly totals: readonly Tensor[];
  readonly kept?: unknown;
}

/**
 * Runs the steps of all epochs. Reads the sums of an epoch one epoch later.
 * @param totals the number of sums; each begins as a scalar 0
 * @returns the means per model and epoch
 */
async function fitTotals(
  samples: Samples,
  { epochs, batch, seed }: SidePlan,
  totals: number,
  step: (rows: Uint32Array, totals: readonly Tensor[]) => Stepped,
): Promise<number[][]> {
  const { backend } = samples.x;
  const byEpoch: number[][] = [];
  let pending: Promise<unknown> = Promise.resolve();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const batches = batchesOf(samples.count, batch, seed, epoch);
    let sums: readonly Tensor[] = Array.from({ length: totals }, () => backend.zeros([]));
    for (const rows of batches) {
      const next = backend.scope(() => step(rows, sums)).totals;
      for (const sum of sums) sum.dispose();
      sums = next;
    }
    const read = Promise.all(sums.map((sum) => sum.data())).then((values) => {
      byEpoch[epoch] = values.flatMap((each) => Array.from(each, (value) => value / batches.length));
    });
    for (const sum of sums) sum.dispose();
    // Awaited below; until then a rejection must not count as unhandled.
    read.catch(() => {});
    await pending;
    pending = read;
  }
  await pending;
  return (byEpoch[0] ?? []).map((_, model) => byEpoch.map((losses) => losses[model] as number));
}

/** The stacked parameters of M models. */
interface Stacked {
  /** [784, M·H]: one matrix, so that one product with the pixels serves all models. */
  readonly w1: Tensor;
  /** [M·H] */
  readonly b1: Tensor;
  /** [M, H, 10] */
  readonly w2: Tensor;
  /** [M, 1, 10] */
  readonly b2: Tensor;
}

const NAMES = ['w1', 'b1', 'w2', 'b2'] as const;

/** Trains with ops on tensors that hold all models, including their rates and momenta. */
async function alongAnAxis(samples: Samples, trials: readonly Trial[], plan: SidePlan): Promise<Trained> {
  const { backend } = samples.x;
  const models = trials.length;
  const { hidden } = plan;
  let parameters = stackedOf(backend, models, plan);
  let velocity: Stacked = backend.scope(() => ofEach((name) => backend.zeros(parameters[name].shape)));
  // Broadcastable to the shape of each parameter.
  const along = (of: (trial: Trial) => number) => {
    const wide = Float32Array.from({ length: models * hidden }, (_, i) => of(trials[Math.floor(i / hidden)] as Trial));
    const wideTensor = backend.tensor(wide);
    const deep = backend.tensor(Float32Array.from(trials, of), [models, 1, 1]);
    return { w1: wideTensor, b1: wideTensor, w2: deep, b2: deep };
  };
  const rates = along(({ rate }) => rate);
  const momenta = along(({ momentum }) => momentum);

  const losses = await fitTotals(samples, plan, 1, (rows, [total]) => {
    const { x } = batchOf(samples, rows);
    const copies = Uint32Array.from({ length: models * rows.length }, (_, i) => rows[i % rows.length] as number);
    const labels = gather(samples.labels, backend.tensor(copies, [models, rows.length]));
    const { aux: each, gradients } = valueAndGrad((stacked: Record<keyof Stacked, Tensor>) => {
      const losses = crossEntropy(logitsOf(stacked, x, models), labels, { axis: 2, reduction: 'none' });
      const means = mean(losses, { axis: 1 });
      return { value: sum(means), aux: means };
    })({ ...parameters });
    const moved = ofEach((name) => add(multiply(velocity[name], momenta[name]), gradients[name]));
    const stepped = ofEach((name) => subtract(parameters[name], multiply(moved[name], rates[name])));
    disposeAll(parameters, velocity);
    [parameters, velocity] = [stepped, moved];
    return { totals: [add(total as Tensor, each)], kept: [stepped, moved] };
  });
  disposeAll(velocity, rates, momenta);
  return {
    losses,
    async predictions(x) {
      using best = backend.scope(() => argmax(logitsOf(parameters, x, models)));
      const values = await best.data();
      const count = x.shape[0] as number;
      return trials.map((_, model) => values.subarray(model * count, (model + 1) * count));
    },
    [Symbol.dispose]: () => disposeAll(parameters),
  };
}

/** [M, N, 10] from pixels [N, 784]. */
function logitsOf({ w1, b1, w2, b2 }: Stacked, x: Tensor, models: number): Tensor {
  const h = relu(add(matmul(x, w1), b1));
  const byModel = transpose(h.reshape([x.shape[0] as number, models, -1]), [1, 0, 2]);
  return add(matmul(byModel, w2), b2);
}

/** M copies of the initial weights of one model. */
function stackedOf(backend: TensorBackend, models: number, { hidden, seed }: SidePlan): Stacked {
  using model = sequential(backend, layersOf(hidden), { seed });
  const [first, , last] = model.parameters;
  const copies = (x: Tensor | undefined, axis: number) => concat(new Array<Tensor>(models).fill(x as Tensor), axis);
  return backend.scope(() => ({
    w1: copies(first?.weight, 1),
    b1: backend.zeros([models * hidden]),
    w2: copies(last?.weight?.reshape([1, hidden, CLASSES]), 0),
    b2: backend.zeros([models, 1, CLASSES]),
  }));
}

function ofEach(of: (name: keyof Stacked) => Tensor): Stacked {
  return Object.fromEntries(NAMES.map((name) => [name, of(name)])) as Record<keyof Stacked, Tensor>;
}

function disposeAll(...all: readonly Stacked[]): void {
  for (const stacked of all) for (const name of NAMES) stacked[name].dispose();
}
