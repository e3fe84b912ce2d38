import type { Command } from 'commander';
import { describeAdapter } from '../scripts/probe.mjs';
import { ADAPTER_OPTION, prepareAdapter } from '../src/cli/adapter_option.ts';
import { openForCommand } from '../src/cli/open.ts';
import { BUFFER_USAGE, MAP_READ } from '../src/device/usage.ts';
import { type Backend, crossEntropy, LabelError, type Tensor } from '../src/index.ts';
import * as reference from '../src/reference/index.ts';

/** A row that is almost certain of its label, 0: the loss is log(1 + e⁻²¹). */
const CONFIDENT = [21, 0];
/** Three rows of four classes; the last label is out of range. */
const LOGITS = [
  [1, 2, 3, 4],
  [4, 3, 2, 1],
  [1, 0, 0, 1],
];
const LABELS = [3, 0, 4];

/** The libraries whose behavior on these inputs was measured earlier, in Node on llvmpipe. */
const PEERS = 'TensorFlow.js 4.22, ONNX Runtime Web 1.30, jax-js 0.1.25 ¹';
const PEERS_LOSE_IT = 'loss 0';
const PEERS_KEEP_SILENT = 'loss 0 and a wrong gradient, no error';

/** A row of the table: the input, Gradfold's result, and that of the other libraries. */
type Row = readonly [input: string, ours: string, theirs: string];

/** `npm run compare`: a Markdown table of inputs that other libraries get wrong. */
export function registerCompare(program: Command): void {
  program
    .command('compare')
    .description("run the inputs that other libraries get wrong, and print the README's table")
    .addOption(ADAPTER_OPTION())
    .action(async ({ adapter }: { adapter?: string }) => {
      await prepareAdapter(adapter);
      await using backend = await openForCommand();
      await printComparison(backend);
    });
}

async function printComparison(backend: Backend): Promise<void> {
  const rows = [['same input', 'Gradfold', PEERS], ['---', '---', '---'], ...(await compareRows(backend))];
  for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);
  console.log(`\nGradfold: just now, on ${describeAdapter(backend.info)}.`);
  console.log('¹ measured earlier, on llvmpipe; not by this command.');
}

export async function compareRows(backend: Backend): Promise<Row[]> {
  const classes = LOGITS[0]?.length as number;
  const input = `label ${LABELS.at(-1)} of ${classes} classes`;
  return [
    [`cross-entropy of logits [${CONFIDENT.join(', ')}], label 0`, await confidentLoss(backend), PEERS_LOSE_IT],
    [`${input}, from the host`, labelFromHost(backend), PEERS_KEEP_SILENT],
    [`${input}, made on the GPU`, await labelFromGpu(backend), PEERS_KEEP_SILENT],
  ];
}

async function confidentLoss(backend: Backend): Promise<string> {
  using loss = backend.scope(() => crossEntropy(backend.tensor([CONFIDENT]), backend.tensor([0], [1], 'i32')));
  const ours = await loss.item();
  const labels = { shape: [1], data: Int32Array.of(0) };
  const { data } = reference.crossEntropy({ shape: [1, 2], data: Float64Array.from(CONFIDENT) }, labels);
  const truth = data[0] as number;
  const error = Math.abs(ours - truth) / truth;
  return `loss ${ours.toPrecision(8)}; in float64 ${truth.toPrecision(8)}: relative error ${error.toExponential(1)}`;
}

function labelFromHost(backend: Backend): string {
  try {
    backend.scope(() => crossEntropy(backend.tensor(LOGITS), backend.tensor(LABELS, [LABELS.length], 'i32')));
  } catch (error) {
    if (error instanceof LabelError) return `the call throws \`${error.name}: ${error.message}\``;
    throw error;
  }
  return 'no error';
}

async function labelFromGpu(backend: Backend): Promise<string> {
  using losses = backend.scope(() => {
    const labels = backend.tensor(LABELS, [LABELS.length], 'f32').cast('i32');
    return crossEntropy(backend.tensor(LOGITS), labels, { reduction: 'none' });
  });
  const read = await losses.data().then(
    () => 'resolves',
    (error: Error) => `rejects with \`${error.name}: ${error.message}\``,
  );
  const values = Array.from(await withoutQuestions(losses), (value) => String(Number(value.toPrecision(4))));
  return `losses [${values.join(', ')}] in memory, and reading them ${read}`;
}

/** Reads a tensor's raw bytes: Gradfold's own reads reject values that depend on a bad label. */
async function withoutQuestions({ backend, buffer, byteOffset, size }: Tensor): Promise<Float32Array> {
  const { device } = backend;
  await backend.flush();
  const staging = device.createBuffer({ size: 4 * size, usage: BUFFER_USAGE.MAP_READ | BUFFER_USAGE.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, byteOffset, staging, 0, 4 * size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(MAP_READ);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return values;
}
