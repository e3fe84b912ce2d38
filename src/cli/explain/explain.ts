import { channelsOf } from '../../plan/channels.ts';
import type { Machine } from '../../plan/machine.ts';
import { planMatmul } from '../../plan/matmul.ts';
import { planRows } from '../../plan/rows.ts';
import {
  type ChannelUse,
  channelTraffic,
  elementTraffic,
  matmulTraffic,
  type RowUse,
  reductionTraffic,
  rowTraffic,
  type Traffic,
} from '../../plan/traffic.ts';
import {
  channelFoldSteps,
  channelMapStep,
  elementStep,
  matmulStep,
  reductionSteps,
  rowStep,
  type Step,
} from './steps.ts';

/** What is planned for an op on a shape, and why. */
export interface Explanation {
  readonly op: string;
  readonly shape: readonly number[];
  readonly machine: Machine;
  readonly steps: readonly Step[];
  readonly traffic: Traffic;
}

type Explain = (op: string, shape: readonly number[], machine: Machine) => Pick<Explanation, 'steps' | 'traffic'>;

const REDUCES = { folded: 1, again: 0, written: 0, perRow: 1 };
/** Rows by op: the kernel, and what it touches. Losses are of labels, one a row. */
const ROWS: Readonly<Record<string, readonly [kernel: string, use: RowUse]>> = {
  softmax: ['softmax_forward', { folded: 1, again: 1, written: 1, perRow: 0 }],
  softmaxBackward: ['softmax_backward', { folded: 2, again: 2, written: 1, perRow: 0 }],
  logSoftmax: ['log_softmax_forward', { folded: 1, again: 1, written: 1, perRow: 0 }],
  logSoftmaxBackward: ['log_softmax_backward', { folded: 2, again: 2, written: 1, perRow: 0 }],
  logSumExp: ['log_sum_exp', REDUCES],
  argmax: ['argmax', REDUCES],
  hardmax: ['hardmax', { folded: 1, again: 0, written: 1, perRow: 0 }],
  crossEntropy: ['cross_entropy_forward', { ...REDUCES, perRow: 2 }],
  crossEntropyBackward: ['cross_entropy_backward', { folded: 1, again: 1, written: 1, perRow: 2 }],
  crossEntropyWithGradient: ['cross_entropy_backward', { folded: 1, again: 1, written: 1, perRow: 2 }],
  nllLoss: ['nll_loss_forward', { folded: 0, again: 0, written: 0, perRow: 3 }],
  nllLossBackward: ['nll_loss_backward', { folded: 0, again: 0, written: 1, perRow: 1 }],
  crossEntropyOfProbabilities: ['nll_loss_forward', { folded: 0, again: 0, written: 0, perRow: 3 }],
};

const ofRows: Explain = (op, shape, machine) => {
  const [kernel, use] = ROWS[op] as (typeof ROWS)[string];
  const cols = shape.at(-1) ?? 1;
  const rows = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  const plan = planRows(op, machine, { outer: rows, cols, inner: 1 });
  return { steps: [rowStep(kernel, machine, plan)], traffic: rowTraffic(plan, rows, cols, use) };
};

const ofReduction: Explain = (op, shape, machine) => {
  const cols = shape.at(-1) ?? 1;
  const rows = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  const [steps, plan] = reductionSteps(op === 'max' ? 'max_forward' : 'sum_forward', op, machine, rows, cols);
  return { steps, traffic: reductionTraffic(plan, rows, cols) };
};

const NO_PASS = { folded: 0, values: 0, mapped: 0, written: 0 };
const CHANNELS: Readonly<Record<string, ChannelUse>> = {
  batchNormStats: { ...NO_PASS, folded: 1, values: 5, inputs: 1, perChannel: 0 },
  batchNormTrain: { folded: 1, values: 5, mapped: 1, written: 1, inputs: 1, perChannel: 2 },
  batchNormInference: { ...NO_PASS, mapped: 1, written: 1, inputs: 1, perChannel: 4 },
  batchNormBackward: { folded: 2, values: 2, mapped: 2, written: 1, inputs: 2, perChannel: 6 },
};

const ofChannels: Explain = (op, shape, machine) => {
  if (shape.length < 2) throw new Error(`${op}: SHAPE is ${shape.join('x')}, expected NxC or NxCx...`);
  const x = channelsOf(shape, 1);
  const use = CHANNELS[op] as ChannelUse;
  const backward = op === 'batchNormBackward';
  const folding = backward
    ? channelFoldSteps('batch_norm_backward_sums', 'batch_norm_backward_merge', op, machine, x)
    : channelFoldSteps('batch_norm_stats', 'batch_norm_merge', op, machine, x);
  const [steps, plan] = use.folded > 0 ? folding : [[], undefined];
  const map =
    use.mapped > 0 ? [channelMapStep(backward ? 'batch_norm_backward' : 'batch_norm_normalize', op, machine, x)] : [];
  return { steps: [...steps, ...map], traffic: channelTraffic(plan, x, use) };
};

const ofMatmul: Explain = (op, shape, machine) => {
  if (shape.length !== 3) throw new Error(`${op}: SHAPE is ${shape.join('x')}, expected MxKxN for [M, K] by [K, N]`);
  const [m, k, n] = shape as [number, number, number];
  const plan = planMatmul(machine, 1, m, n, k);
  return { steps: [matmulStep(machine, plan)], traffic: matmulTraffic(plan, 1, m, n, k) };
};

const ofElements =
  (kernel: string, operands: number): Explain =>
  (_, shape, machine) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return { steps: [elementStep(kernel, machine, size)], traffic: elementTraffic(size, operands) };
  };

const named = (names: readonly string[], explain: Explain) => names.map((name) => [name, explain] as const);

const EXPLAINED: ReadonlyMap<string, Explain> = new Map([
  ...named(Object.keys(ROWS), ofRows),
  ...named(['sum', 'mean', 'max'], ofReduction),
  ...named(Object.keys(CHANNELS), ofChannels),
  ...named(['matmul'], ofMatmul),
  ...named(['relu', 'sigmoid', 'tanh', 'exp', 'log', 'sqrt', 'negate'], ofElements('elementwise_unary', 1)),
  ...named(['add', 'subtract', 'multiply', 'divide', 'maximum'], ofElements('elementwise_binary', 2)),
  ...named(['where'], ofElements('elementwise_where', 3)),
  ...named(['binaryCrossEntropyWithLogits'], ofElements('binary_cross_entropy_with_logits_forward', 2)),
  ...named(['binaryCrossEntropyWithLogitsBackward'], ofElements('binary_cross_entropy_with_logits_backward', 2)),
  ...named(['meanSquaredError'], ofElements('mean_squared_error', 2)),
]);

export const EXPLAINED_OPS: readonly string[] = [...EXPLAINED.keys()];

/**
 * What the plans decide for an op of f32 on a machine. Losses: of labels, and without the sum over rows that a mean
 * takes; batch-norm: channels on axis 1; a product: shape is M, K, N; sums: along the last axis.
 */
export function explain(op: string, shape: readonly number[], machine: Machine): Explanation {
  const by = EXPLAINED.get(op);
  if (!by)
    throw new Error(`gradfold explain: there is no plan for '${op}'; there is one for ${EXPLAINED_OPS.join(', ')}`);
  return { op, shape, machine, ...by(op, shape, machine) };
}
