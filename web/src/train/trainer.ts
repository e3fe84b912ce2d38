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

/** A score at the latest after so many images. */
const IMAGES_PER_SCORE = 10_000;
/** Few images make an epoch of many steps all the same. */
const LEAST_STEPS = 20;
/** What is lost with a device is at most this old, and the time of a save. */
const CHECKPOINT_EVERY_MS = 2000;
/** A device that is lost so often in one stretch of work is given up. */
const MOST_LOSSES = 3;
const NEVER = new AbortController().signal;
const TRAIN_IMAGES = PARTS.train.reduce((sum, count) => sum + count, 0);
const TEST_IMAGES = PARTS.test.reduce((sum, count) => sum + count, 0);

interface Sets {
  readonly train: Digits;
  readonly test: Digits;
}

/**
 * A training in a worker, with its data, its device and its checkpoints. `start`, `resume` and `load` take the place of what
 * was running; they come to an end when the training is done, or paused.
 */
export class Trainer {
  readonly #store: DigitStore;
  readonly #tell: Listener;
  readonly #telling: Telling;
  #backend: Backend | undefined;
  #training: Training | undefined;
  #sets: Sets | undefined;
  /** What `Training.save` gave last. */
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

  /** Begins anew. */
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

  /** Goes on exactly where it was paused. */
  resume(): Promise<void> {
    return this.#instead((signal) => this.#train(signal));
  }

  /** All that it takes to go on, as safetensors. */
  save(): Promise<Uint8Array> {
    return this.#surviving((training) => training.save());
  }

  /** Takes what `save` gave; paused, and scored. @throws FormatError, GradfoldError: then nothing has changed */
  async load(bytes: Uint8Array): Promise<void> {
    const training = Training.load(await this.#open(), bytes);
    try {
      const { images } = training.plan;
      if (images > TRAIN_IMAGES)
        throw new GradfoldError(`train: the file is of ${images} images, expected at most ${TRAIN_IMAGES}`);
      // What runs goes on until they are here: they may not come.
      const turn = this.#turn;
      const sets = await this.#load(training.plan, NEVER);
      if (turn !== this.#turn) throw new GradfoldError('another training was begun meanwhile');
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

  /** One of the test images, drawn by lot. */
  testDigit(): { pixels: Uint8Array; label: number } {
    const { test } = this.#some();
    const index = Math.floor(Math.random() * test.count);
    return { pixels: test.images.slice(index * PIXELS, (index + 1) * PIXELS), label: test.labels[index] as number };
  }

  /** Destroys the device, as a driver's reset would: to see that training goes on. */
  loseDevice(): void {
    this.#backend?.device.destroy();
  }

  /** Stops what runs, and does this instead. */
  async #instead(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#turn++;
    const turn = this.#turn;
    await this.pause();
    // Another came meanwhile, and it is that one's turn.
    if (turn !== this.#turn) return;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const done = work(signal)
      .catch((error) => {
        // What was stopped while it loaded is no failure.
        if (!signal.aborted) throw error;
      })
      .finally(() => this.#telling.flush());
    this.#running = done.catch(() => {});
    await done;
    this.#tell({ kind: 'stopped' });
  }

  /** A device that works: the one there is, or another where that was lost. */
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

  /** What a plan learns from, and as many images to be scored by as a test set has. */
  async #load({ images }: TrainingPlan, signal: AbortSignal): Promise<Sets> {
    const wanted = { train: images, test: Math.min(Math.max(images, PARTS.test[0]), TEST_IMAGES) };
    return this.#store.first(wanted, (loaded, total) => this.#tell({ kind: 'download', loaded, total }), signal);
  }

  /** A training takes the place of the one before. */
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

  /** To the end of the plan, or until it is stopped. */
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

  /** As far as the next score. */
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
        // A device that is lost meanwhile is the epoch's to tell.
        this.#keep(training).catch(() => {});
      },
    });
    if (signal.aborted) await this.#keep(training);
    return loss;
  }

  /** @param loss the mean of the steps since the score before, if there were any */
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

  /** Uses the training; where the device is lost, once more from the last checkpoint on another. */
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

  /** Several may come here by one loss. */
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
    if (!this.#training || !this.#sets) throw new GradfoldError('There is no model yet: start one, or load one.');
    return { training: this.#training, ...this.#sets };
  }
}

/** Few images come in smaller batches, so that there are steps to learn in. */
function planOf(choices: Choices): TrainingPlan {
  const { model, images } = choices;
  const batch = Math.min(RECIPES[model].batch, Math.floor(images / LEAST_STEPS));
  // In the order in which the command has them.
  const { epochs, seed, batchNorm, loss } = choices;
  return shortPlan({ model, epochs, batch, seed, images, batchNorm: batchNorm || model === 'softmax', loss });
}
