import { readFileSync, writeFileSync } from 'node:fs';
import { Argument, type Command, Option } from 'commander';
import { describeAdapter } from '../scripts/probe.mjs';
import { ADAPTER_OPTION, prepareAdapter } from '../src/cli/adapter_option.ts';
import { openForCommand } from '../src/cli/open.ts';
import { progressOf } from '../src/cli/progress.ts';
import { wholeNumber } from '../src/cli/whole_number.ts';
import { loadMnist } from './mnist.ts';
import { textTable } from './table.ts';
import type { Digits } from './training/digits.ts';
import { LOSS_NAMES, type LossName } from './training/losses.ts';
import { MODEL_NAMES, type ModelName, RECIPES } from './training/models.ts';
import { shortPlan } from './training/plan.ts';
import { Training } from './training/training.ts';

interface Options {
  readonly epochs: number;
  readonly images: number;
  readonly batch?: number;
  readonly seed: number;
  readonly batchNorm: boolean;
  readonly loss: LossName;
  readonly save?: string;
  readonly resume?: string;
  readonly json?: string;
  readonly detectAnomaly?: true;
  readonly adapter?: string;
}

/** The results of an epoch. */
interface EpochRow {
  readonly epoch: number;
  readonly loss: number;
  readonly testAccuracy: number;
  readonly seconds: number;
}

const ALL_IMAGES = 60_000;
/** The training time from which a warning is printed, and the steps after which the speed is estimated. */
const LONG_SECONDS = 600;
const STEPS_TIMED = 32;

/** `npm run train`: trains a classifier of the MNIST digits with Gradfold's automatic differentiation. */
export function registerTrain(program: Command): void {
  program
    .command('train')
    .description('train a classifier on the MNIST digits and score it on the 10,000 test digits')
    .addArgument(
      new Argument(
        '<model>',
        'softmax regression, plain or with batch-norm, a multilayer perceptron or a convolutional network',
      ).choices(MODEL_NAMES),
    )
    .option('--epochs <n>', 'passes over the images', wholeNumber(1, 1000), 5)
    .option('--images <n>', 'train on the first n images', wholeNumber(2, ALL_IMAGES), ALL_IMAGES)
    .option('--batch <n>', 'images per step (default: 200, for the cnn 100)', wholeNumber(2, 10_000))
    .option('--seed <n>', 'seed of the initial weights and the order of the images', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--no-batch-norm', 'the same model without its batch-norm layers')
    .addOption(
      new Option('--loss <name>', 'loss to minimize; the squared error is that of the probabilities')
        .choices(LOSS_NAMES)
        .default('crossEntropy'),
    )
    .option('--save <file>', 'write model, optimizer and step as safetensors, after each epoch and when stopped')
    .option('--resume <file>', 'resume from a file that --save wrote, bit for bit')
    .option('--json <file>', 'write the results')
    .option('--detect-anomaly', 'name the first op with a non-finite output; slow')
    .addOption(ADAPTER_OPTION())
    .action(train);
}

async function train(model: ModelName, options: Options): Promise<void> {
  const { epochs, images, batch = RECIPES[model].batch, seed, batchNorm, loss, save, resume, json } = options;
  if (batch > images) throw new Error(`train: --batch is ${batch}, expected at most --images, which is ${images}`);
  const saved = resume === undefined ? undefined : new Uint8Array(readFileSync(resume));
  await prepareAdapter(options.adapter);
  const digits = await loadMnist();
  await using backend = await openForCommand();
  const plan = shortPlan({ model, epochs, batch, seed, images, batchNorm, loss });
  using training = saved ? Training.load(backend, saved, plan) : new Training(backend, plan);
  const share = images < ALL_IMAGES ? `the first ${images} of ${ALL_IMAGES} images` : `${ALL_IMAGES} images`;
  const kind = [
    model,
    ...(batchNorm ? [] : ['without batch-norm']),
    ...(loss === 'crossEntropy' ? [] : ['by squared error']),
  ];
  console.log(
    `${kind.join(' ')} on ${share}, ${epochs} epochs of ${training.stepsPerEpoch} steps, ${batch} per step, seed ${seed}`,
  );
  if (saved) console.log(`resuming after step ${training.step} of ${training.steps}`);
  const begun = performance.now();
  const rows = await trainEpochs(
    training,
    { train: { ...digits.train, count: images }, test: digits.test },
    options.detectAnomaly ?? false,
    async () => {
      if (save !== undefined) writeFileSync(save, await training.save());
    },
  );
  const seconds = (performance.now() - begun) / 1000;
  console.log(tableOf(rows, images));
  const adapter = describeAdapter(backend.info);
  const testAccuracy = rows.at(-1)?.testAccuracy ?? (await training.accuracy(digits.test));
  console.log(
    `\ntest accuracy ${testAccuracy.toFixed(4)} after ${training.step} of ${training.steps} steps, ${seconds.toFixed(1)} s on ${adapter}`,
  );
  if (save !== undefined) console.log(`written to ${save}`);
  if (json !== undefined) {
    const result = { ...plan, epochs: rows, testAccuracy, images, seconds, adapter };
    writeFileSync(json, `${JSON.stringify(result, undefined, 2)}\n`);
  }
}

/** Trains to the end of the plan or until Ctrl-C. The model is scored and saved in both cases. */
async function trainEpochs(
  training: Training,
  digits: { train: Digits; test: Digits },
  detectAnomaly: boolean,
  keep: () => Promise<void>,
): Promise<EpochRow[]> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  const progress = progressOf('training {bar} {value}/{total} steps, {duration} s: loss {loss}');
  const rows: EpochRow[] = [];
  const offer = offerFewer(training);
  try {
    while (training.step < training.steps && !stop.signal.aborted) {
      const begun = performance.now();
      const loss = await training.epoch(digits.train, {
        onProgress: ({ step, steps, loss }) => {
          progress.update(step, steps, { loss: loss.toFixed(4) });
          offer();
        },
        signal: stop.signal,
        detectAnomaly,
      });
      const seconds = (performance.now() - begun) / 1000;
      const testAccuracy = await training.accuracy(digits.test);
      rows.push({ epoch: Math.ceil(training.step / training.stepsPerEpoch), loss, testAccuracy, seconds });
      await keep();
    }
  } finally {
    progress.stop();
    process.removeListener('SIGINT', onInterrupt);
  }
  return rows;
}

/** Once the speed is known, prints a warning if training will take long, with a number of images that takes less. */
function offerFewer(training: Training): () => void {
  const { plan, step: first, steps } = training;
  const begun = performance.now();
  let told = false;
  return () => {
    const done = training.step - first;
    if (told || done < STEPS_TIMED) return;
    told = true;
    const seconds = ((performance.now() - begun) / 1000 / done) * (steps - first);
    if (seconds < LONG_SECONDS) return;
    const images = Math.floor((plan.images * LONG_SECONDS) / seconds / 1000) * 1000;
    console.log(
      `this will take about ${Math.round(seconds / 60)} minutes on this adapter; --images ${Math.max(images, 1000)} takes less than ten`,
    );
  };
}

function tableOf(rows: readonly EpochRow[], images: number): string {
  return textTable(
    ['epoch', 'loss', 'test accuracy', 's', 'images/s'],
    rows.map(({ epoch, loss, testAccuracy, seconds }) => [
      ...[String(epoch), loss.toFixed(4), testAccuracy.toFixed(4)],
      ...[seconds.toFixed(1), String(Math.round(images / seconds))],
    ]),
  );
}
