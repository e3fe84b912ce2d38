import { detectAnomaly } from '../../src/autograd/anomaly.ts';
import { valueAndGrad } from '../../src/autograd/value_and_grad.ts';
import { GradfoldError } from '../../src/core/errors.ts';
import type { Tensor, TensorBackend } from '../../src/core/tensor.ts';
import type { Tensors } from '../../src/nn/layer.ts';
import type { Model } from '../../src/nn/sequential.ts';
import { adam } from '../../src/optim/adam.ts';
import type { Optimizer } from '../../src/optim/optimizer.ts';
import { cosine } from '../../src/optim/schedules.ts';
import { loadParameters, readSafetensors, saveSafetensors } from '../../src/safetensors/safetensors.ts';
import { type Digits, epochOrder, labelsOf, pixelsOf } from './digits.ts';
import { lossOf } from './losses.ts';
import { buildModel, RECIPES } from './models.ts';
import { readPlan, type TrainingPlan } from './plan.ts';
import { accuracyOf, confusionOf, logProbabilitiesOf, predictionsOf } from './scoring.ts';

/** The progress of training. */
export interface Progress {
  /** Steps done, and steps in total. */
  readonly step: number;
  readonly steps: number;
  /** The loss of the last step that was read back. */
  readonly loss: number;
}

export interface EpochOptions {
  onProgress?: (progress: Progress) => void;
  /** The most steps to take now; training can resume later. @default to the end of the epoch */
  steps?: number;
  /** Stops after a step; training can resume later. */
  signal?: AbortSignal;
  /** Checks every output, including gradients, and stops at the first non-finite one. Slow. @default false */
  detectAnomaly?: boolean;
}

/** The number of steps between two reads of the loss. The host runs ahead of the GPU by less than twice as many. */
const STEPS_PER_READ = 8;

/**
 * A classifier of digits in training: model, optimizer and progress. It depends only on its plan and its step, so a saved
 * training resumes bit for bit.
 */
export class Training {
  readonly plan: TrainingPlan;
  readonly #backend: TensorBackend;
  readonly #model: Model;
  readonly #optimizer: Optimizer<Tensors[]>;

  constructor(backend: TensorBackend, plan: TrainingPlan) {
    this.plan = plan;
    this.#backend = backend;
    this.#model = buildModel(backend, plan.model, plan.seed, plan.batchNorm ?? true);
    const learningRate = cosine(RECIPES[plan.model].learningRate, this.steps);
    this.#optimizer = adam(this.#model.parameters, { learningRate });
  }

  /** Steps done. */
  get step(): number {
    return this.#optimizer.stepCount;
  }

  /** Steps in total. */
  get steps(): number {
    return this.plan.epochs * this.stepsPerEpoch;
  }

  get stepsPerEpoch(): number {
    return Math.floor(this.plan.images / this.plan.batch);
  }

  /**
   * Trains to the end of the epoch, or fewer steps. Awaits only, now and then, the loss of some earlier steps, so that the next
   * batch is uploaded while the GPU works.
   * @returns the mean loss of the steps that this call took
   * @throws GradfoldError with the step when a loss is non-finite
   */
  async epoch(digits: Digits, options: EpochOptions = {}): Promise<number> {
    const { onProgress = () => {}, signal, steps = this.stepsPerEpoch } = options;
    const { batch, seed, images } = this.plan;
    const epoch = Math.floor(this.step / this.stepsPerEpoch);
    const first = this.step % this.stepsPerEpoch;
    const end = Math.min(this.stepsPerEpoch, first + steps);
    const order = epochOrder(seed, epoch, images);
    let pending: Promise<void> = Promise.resolve();
    let total = 0;
    let counted = 0;
    let losses: Tensor[] = [];
    for (let at = first; at < end && !signal?.aborted; at++) {
      const train = () => this.#trainOn(digits, order.subarray(at * batch, (at + 1) * batch));
      losses.push(options.detectAnomaly ? await this.#watched(train) : train());
      if (losses.length < STEPS_PER_READ && at < end - 1) continue;
      const [window, step] = [losses, this.step];
      losses = [];
      await pending;
      pending = readAll(window, step).then((values) => {
        for (const value of values) total += value;
        counted += values.length;
        onProgress({ step, steps: this.steps, loss: values.at(-1) as number });
      });
      // Awaited above or below; until then a rejection must not count as unhandled.
      pending.catch(() => {});
    }
    await pending;
    for (const value of await readAll(losses, this.step)) {
      total += value;
      counted++;
    }
    return total / counted;
  }

  /** The fraction of images that it classifies correctly. */
  async accuracy(digits: Digits): Promise<number> {
    return accuracyOf(confusionOf(digits.labels, await this.predictions(digits)));
  }

  predictions(digits: Digits): Promise<Uint32Array> {
    return predictionsOf(this.#backend, digits, this.#logitsOf);
  }

  /** The log-probability of each digit for each image, [count, 10]. May be called while an epoch runs. */
  logProbabilities(digits: Digits): Promise<Float32Array> {
    return logProbabilitiesOf(this.#backend, digits, this.#logitsOf);
  }

  /** Everything needed to resume, as safetensors. */
  save(): Promise<Uint8Array> {
    const { plan, step } = this;
    return saveSafetensors(this.#tensors(), {
      metadata: { gradfold: 'training', step: String(step), plan: JSON.stringify(plan) },
    });
  }

  /**
   * Resumes from the output of `save`.
   * @param plan the expected plan, if given
   * @throws GradfoldError for a file of another plan or another kind; FormatError for a damaged one
   */
  static load(backend: TensorBackend, bytes: Uint8Array, plan?: TrainingPlan): Training {
    const { metadata } = readSafetensors(bytes);
    const saved = readPlan(metadata.plan);
    if (plan && JSON.stringify(plan) !== JSON.stringify(saved))
      throw new GradfoldError(
        `train: the file has the plan ${JSON.stringify(saved)}, expected ${JSON.stringify(plan)}`,
      );
    const training = new Training(backend, saved);
    try {
      loadParameters(training.#tensors(), bytes);
      const { moments } = training.#optimizer.state;
      training.#optimizer.load({ stepCount: Number(metadata.step), moments });
      return training;
    } catch (error) {
      training.dispose();
      throw error;
    }
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#model.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  readonly #logitsOf = (x: Tensor): Tensor => this.#model.forward(x, { training: false }, this.#optimizer.parameters);

  #tensors() {
    const { parameters, state } = this.#optimizer;
    return { parameters, running: this.#model.running, moments: state.moments };
  }

  /** @throws GradfoldError with the step and the op of the first non-finite output */
  async #watched(train: () => Tensor): Promise<Tensor> {
    const step = this.step + 1;
    try {
      return await detectAnomaly(this.#backend, train);
    } catch (cause) {
      throw new GradfoldError(`train: in step ${step}, ${(cause as Error).message}`, { cause });
    }
  }

  /** Takes one step. Returns the loss before it. */
  #trainOn(digits: Digits, rows: Uint32Array): Tensor {
    using x = pixelsOf(this.#backend, digits, rows);
    using labels = labelsOf(this.#backend, digits, rows);
    const { loss = 'crossEntropy' } = this.plan;
    const { value, gradients } = valueAndGrad((parameters: Tensors[]) =>
      lossOf(loss, this.#model.forward(x, { training: true, step: this.step }, parameters), labels),
    )(this.#optimizer.parameters);
    this.#optimizer.step(gradients);
    for (const tensors of gradients) for (const tensor of Object.values(tensors)) tensor.dispose();
    return value;
  }
}

/** Reads and disposes of the losses of the steps up to `step`. @throws GradfoldError when one is non-finite */
async function readAll(losses: readonly Tensor[], step: number): Promise<number[]> {
  const values = await Promise.all(losses.map((loss) => loss.item()));
  for (const loss of losses) loss.dispose();
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new GradfoldError(
      `train: the loss is ${values[bad]} in step ${step - values.length + bad + 1}, expected a number`,
    );
  return values;
}
