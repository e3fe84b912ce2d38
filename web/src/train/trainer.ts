import { type Backend, createBackend, DeviceLostError, GradfoldError } from 'gradfold';
import { type Digits, PIXELS } from '../../../studies/training/digits.ts';
import { RECIPES } from '../../../studies/training/models.ts';
import { shortPlan, type TrainingPlan } from '../../../studies/training/plan.ts';
import { Training } from '../../../studies/training/training.ts';
import { DigitStore } from './download.ts';
import { PARTS } from './parts.ts';
import type { Choices, Listener } from './protocol.ts';
import { verdictOf } from './score.ts';
import { Telling } from './telling.ts';

/** The most images between two scores. */
const IMAGES_PER_SCORE = 10_000;
/** The least number of steps in an epoch, even with few images. */
const LEAST_STEPS = 20;
/** The time between checkpoints. A lost device costs at most this much training, plus the time of a save. */
const CHECKPOINT_EVERY_MS = 2000;
/** The number of lost devices in one operation after which it fails. */
const MOST_LOSSES = 3;
const NEVER = new AbortController().signal;
const TRAIN_IMAGES = PARTS.train.reduce((sum, count) => sum + count, 0);
const TEST_IMAGES = PARTS.test.reduce((sum, count) => sum + count, 0);

interface Sets {
  readonly train: Digits;
  readonly test: Digits;
}

/**
 * Training in a worker, with its data, device and checkpoints. `start`, `resume` and `load` replace what was running; they
 * resolve when training is finished or paused.
 */
export class Trainer {
  readonly #store: DigitStore;
  readonly #tell: Listener;
  readonly #telling: Telling;
  #backend: Backend | undefined;
  #training: Training | undefined;
  #sets: Sets | undefined;
  /** The last result of `Training.save`. */
  #checkpoint: Uint8Array | undefined;
  #checkpointAt = 0;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #turn = 0;
  #reopening: Promise<void> | undefined;

  /** @param folder the URL of the digits' files */
  constructor(folder: string, listener: Listener) {
    this.#store = new DigitStore(folder);
    this.#tell = listener;
    this.#telling = new Telling(listener);
  }

  /** Starts a new training. */
  start(choices: Choices): Promise<void> {
    return this.#instead(async (signal) => {
      const plan = planOf(choices);
      const sets = await this.#load(plan, signal);
      const training = new Training(await this.#open(), plan);
      await this.#adopt(training, sets);
      await this.#train(signal);
    });
  }

  /** Stops after a step. */
  async pause(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Resumes exactly where it was paused. */
  resume(): Promise<void> {
    return this.#instead((signal) => this.#train(signal));
  }

  /** Everything needed to resume, as safetensors. */
  save(): Promise<Uint8Array> {
    return this.#surviving((training) => training.save());
  }

  /** Loads the output of `save`, paused and scored. @throws FormatError or GradfoldError, and then nothing has changed */
  async load(bytes: Uint8Array): Promise<void> {
    const training = Training.load(await this.#open(), bytes);
    try {
      const { images } = training.plan;
      if (images > TRAIN_IMAGES)
        throw new GradfoldError(`train: the file was trained on ${images} images, expected at most ${TRAIN_IMAGES}`);
      // The current training continues until the digits are loaded, which may fail.
      const turn = this.#turn;
      const sets = await this.#load(training.plan, NEVER);
      if (turn !== this.#turn) throw new GradfoldError('another training was started meanwhile');
      await this.#instead(async () => {
        await this.#adopt(training, sets);
        await this.#score(undefined);
      });
    } finally {
      if (this.#training !== training) training.dispose();
    }
  }

  /** The probability of each digit. @param pixels [784], 255 is ink */
  async classify(pixels: Uint8Array): Promise<number[]> {
    const digits = { count: 1, images: pixels, labels: Uint8Array.of(0) };
    const values = await this.#surviving((training) => training.logProbabilities(digits));
    return Array.from(values, Math.exp);
  }

  /** A random test image. */
  testDigit(): { pixels: Uint8Array; label: number } {
    const { test } = this.#some();
    const index = Math.floor(Math.random() * test.count);
    return { pixels: test.images.slice(index * PIXELS, (index + 1) * PIXELS), label: test.labels[index] as number };
  }

  /** Destroys the device, as a driver reset would, to demonstrate that training resumes. */
  loseDevice(): void {
    this.#backend?.device.destroy();
  }

  /** Stops what is running and does `work` instead. */
  async #instead(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#turn++;
    const turn = this.#turn;
    await this.pause();
    // A newer request replaced this one meanwhile.
    if (turn !== this.#turn) return;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const done = work(signal)
      .catch((error) => {
        // Stopping while loading is not a failure.
        if (!signal.aborted) throw error;
      })
      .finally(() => this.#telling.flush());
    this.#running = done.catch(() => {});
    await done;
    this.#tell({ kind: 'stopped' });
  }

  /** Returns the current backend, or opens a new one if it was lost. */
  async #open(): Promise<Backend> {
    if (this.#backend) return this.#backend;
    const backend = await createBackend();
    this.#backend = backend;
    backend.device.lost.then(() => {
      if (this.#backend === backend) this.#backend = undefined;
    });
    this.#tell({ kind: 'adapter', info: backend.info });
    return backend;
  }

  /** Loads the training images of a plan, and as many test images as there are, at most. */
  async #load({ images }: TrainingPlan, signal: AbortSignal): Promise<Sets> {
    const wanted = { train: images, test: Math.min(Math.max(images, PARTS.test[0]), TEST_IMAGES) };
    return this.#store.first(wanted, (loaded, total) => this.#tell({ kind: 'download', loaded, total }), signal);
  }

  /** Replaces the previous training. */
  async #adopt(training: Training, sets: Sets): Promise<void> {
    const checkpoint = await training.save();
    this.#training?.dispose();
    this.#training = training;
    this.#sets = sets;
    this.#checkpoint = checkpoint;
    this.#telling.drop();
    const { plan, step, stepsPerEpoch } = training;
    this.#tell({ kind: 'model', plan, step, stepsPerEpoch });
  }

  /** Trains to the end of the plan or until it is stopped. */
  async #train(signal: AbortSignal): Promise<void> {
    const { train } = this.#some();
    this.#tell({ kind: 'training' });
    for (;;) {
      const { training } = this.#some();
      if (training.step >= training.steps || signal.aborted) return;
      const loss = await this.#surviving((training) => this.#stretch(training, train, signal));
      if (!signal.aborted) await this.#score(loss);
    }
  }

  /** Trains up to the next score. */
  async #stretch(training: Training, digits: Digits, signal: AbortSignal): Promise<number> {
    const { batch } = training.plan;
    const between = Math.ceil(IMAGES_PER_SCORE / batch);
    const steps = between - ((training.step % training.stepsPerEpoch) % between);
    this.#telling.begin(training.step);
    const loss = await training.epoch(digits, {
      steps,
      signal,
      onProgress: ({ step, loss }) => {
        this.#telling.loss({ step, loss }, batch);
        if (performance.now() - this.#checkpointAt < CHECKPOINT_EVERY_MS) return;
        // If the device is lost meanwhile, the epoch reports it.
        this.#keep(training).catch(() => {});
      },
    });
    if (signal.aborted) await this.#keep(training);
    return loss;
  }

  /** @param loss the mean over the steps since the previous score, if there were any */
  async #score(loss: number | undefined): Promise<void> {
    const { test } = this.#some();
    await this.#surviving(async (training) => {
      const { step } = training;
      const { accuracy, wrong } = verdictOf(test, await training.logProbabilities(test));
      this.#telling.score({ step, loss, accuracy, count: test.count }, wrong);
    });
  }

  async #keep(training: Training): Promise<void> {
    this.#checkpointAt = performance.now();
    const bytes = await training.save();
    if (this.#training === training) this.#checkpoint = bytes;
  }

  /** Uses the training. If the device is lost, tries again from the last checkpoint on a new device. */
  async #surviving<T>(use: (training: Training) => Promise<T>): Promise<T> {
    for (let losses = 1; ; losses++) {
      const { training } = this.#some();
      try {
        return await use(training);
      } catch (error) {
        if (!(error instanceof DeviceLostError) || losses > MOST_LOSSES) throw error;
        if (this.#training === training) await this.#reopen();
      }
    }
  }

  /** Several callers may notice the same lost device. */
  #reopen(): Promise<void> {
    this.#reopening ??= this.#fromCheckpoint().finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  async #fromCheckpoint(): Promise<void> {
    this.#tell({ kind: 'lost' });
    this.#telling.drop();
    this.#training = Training.load(await this.#open(), this.#checkpoint as Uint8Array);
    this.#tell({ kind: 'resumed', step: this.#training.step });
  }

  #some(): Sets & { readonly training: Training } {
    if (!this.#training || !this.#sets)
      throw new GradfoldError('There is no model yet: start training or load a model.');
    return { training: this.#training, ...this.#sets };
  }
}

/** The plan for the visitor's choices. Few images get smaller batches, so that there are enough steps. */
function planOf(choices: Choices): TrainingPlan {
  const { model, images } = choices;
  const batch = Math.min(RECIPES[model].batch, Math.floor(images / LEAST_STEPS));
  // In the same order as in the command, because plans are compared as text.
  const { epochs, seed, batchNorm, loss } = choices;
  return shortPlan({ model, epochs, batch, seed, images, batchNorm: batchNorm || model === 'softmax', loss });
}
