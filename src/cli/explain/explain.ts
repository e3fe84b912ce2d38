import { bytesOf } from '../../core/data.ts';
import { channelsOf } from '../../plan/channels.ts';
import type { Machine } from '../../plan/machine.ts';
import { planMatmul } from '../../plan/matmul.ts';
import { bindingRoom, type ElementSizes, planRows, type Rows, sizesOf } from '../../plan/rows.ts';
import { around, productOf } from '../../plan/strides.ts';
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
  channelHeldStep,
  channelMapStep,
  elementStep,
  matmulStep,
  reductionSteps,
  rowSteps,
  type Step,
  transposeStep,
} from './steps.ts';

/** What is planned for an op on a shape, and why. */
export interface Explanation {
  readonly op: string;
  readonly shape: readonly number[];
  readonly dtype: 'f32' | 'f16';
  readonly machine: Machine;
  readonly steps: readonly Step[];
  readonly traffic: Traffic;
}

/** What an op is asked for with. */
interface Asked {
  readonly op: string;
  readonly shape: readonly number[];
  readonly machine: Machine;
  readonly sizes: ElementSizes;
  readonly axis: number | undefined;
}

type Explain = (asked: Asked) => Pick<Explanation, 'steps' | 'traffic'>;

const REDUCES = { folded: 1, again: 0, written: 0, perRow: 1 };
/** A label, its log-probability and a loss. */
const GATHERS = { folded: 0, again: 0, written: 0, perRow: 2, elementsPerRow: 1 };
/** Rows by op: the kernel, and what it touches. Losses are of labels, one a row. */
const ROWS: Readonly<Record<string, readonly [kernel: string, use: RowUse]>> = {
  softmax: ['softmax_forward', { folded: 1, again: 1, written: 1, perRow: 0 }],
  softmaxBackward: ['softmax_backward', { folded: 2, again: 2, written: 1, perRow: 0 }],
  logSoftmax: ['log_softmax_forward', { folded: 1, again: 1, written: 1, perRow: 0 }],
  logSoftmaxBackward: ['log_softmax_backward', { folded: 2, again: 2, written: 1, perRow: 0 }],
  logSumExp: ['log_sum_exp', { ...REDUCES, perRow: 0, elementsPerRow: 1 }],
  argmax: ['argmax', REDUCES],
  hardmax: ['hardmax', { folded: 1, again: 0, written: 1, perRow: 0 }],
  crossEntropy: ['cross_entropy_forward', { ...REDUCES, perRow: 2 }],
  crossEntropyBackward: ['cross_entropy_backward', { folded: 1, again: 1, written: 1, perRow: 2 }],
  crossEntropyWithGradient: ['cross_entropy_backward', { folded: 1, again: 1, written: 1, perRow: 2 }],
  nllLoss: ['nll_loss_forward', GATHERS],
  nllLossBackward: ['nll_loss_backward', { folded: 0, again: 0, written: 1, perRow: 1 }],
  crossEntropyOfProbabilities: ['nll_loss_forward', GATHERS],
};

/** Losses have their classes on axis 1, rows of other ops lie along the last. */
const LOSSES = Object.keys(ROWS).filter((op) => /cross|nll/i.test(op));

function rowsAlong({ op, shape, axis }: Asked): Rows {
  const rank = Math.max(shape.length, 1);
  const asked = axis ?? (LOSSES.includes(op) && rank > 1 ? 1 : -1);
  const at = asked < 0 ? asked + rank : asked;
  if (!(at >= 0 && at < rank)) throw new Error(`${op}: --axis is ${asked}, expected one in [${-rank}, ${rank - 1}]`);
  const { outer, length: cols, inner } = around(shape, at);
  return { outer, cols, inner };
}

const ofRows: Explain = (asked) => {
  const { op, machine, sizes } = asked;
  const [kernel, use] = ROWS[op] as (typeof ROWS)[string];
  const rows = rowsAlong(asked);
  const { outer, cols, inner } = rows;
  const count = outer * inner;
  const apart = inner > 1 && sizes.bytes * cols * inner > bindingRoom(machine);
  const planned = apart ? { outer: count, cols, inner: 1 } : rows;
  const operands = Math.max(1, use.folded + (use.after ?? 0));
  const plan = planRows(op, machine, planned, sizes, { operands, cut: use.folded > 0 });
  const own = rowSteps(kernel, machine, plan, planned);
  const { least, moved } = rowTraffic(machine, plan, count, cols, use, sizes.bytes);
  if (!apart) return { steps: own, traffic: { least, moved } };
  const copied = 2 * sizes.bytes * count * cols * (use.folded + (use.after ?? 0) + use.written);
  const back = use.written > 0 ? [transposeStep('the results are put back')] : [];
  const steps = [transposeStep('no binding holds the rows of one outer index: their axis is made the last'), ...own];
  return { steps: [...steps, ...back], traffic: { least, moved: moved + copied } };
};

const ofReduction: Explain = (asked) => {
  const { op, shape, machine, sizes } = asked;
  const { outer, cols, inner } = rowsAlong(asked);
  if (inner !== 1) throw new Error(`${op}: --axis is ${asked.axis}, expected the last of ${shape.join('x')}`);
  const kernel = op === 'max' ? 'max_forward' : 'sum_forward';
  const [steps, plan] = reductionSteps(kernel, op, machine, outer, cols, sizes);
  return { steps, traffic: reductionTraffic(plan, outer, cols, sizes.bytes) };
};

const NO_PASS = { folded: 0, values: 0, mapped: 0, written: 0 };
const CHANNELS: Readonly<Record<string, ChannelUse>> = {
  batchNormStats: { ...NO_PASS, folded: 1, values: 5, inputs: 1, perChannel: 0 },
  batchNormTrain: { folded: 1, values: 5, mapped: 1, written: 1, inputs: 1, perChannel: 2 },
  batchNormInference: { ...NO_PASS, mapped: 1, written: 1, inputs: 1, perChannel: 4 },
  batchNormBackward: { folded: 2, values: 2, mapped: 2, written: 1, inputs: 2, perChannel: 6 },
};

const ofChannels: Explain = ({ op, shape, machine, sizes, axis }) => {
  if (shape.length < 2) throw new Error(`${op}: SHAPE is ${shape.join('x')}, expected NxC or NxCx...`);
  const x = channelsOf(shape, (axis ?? 1) < 0 ? (axis as number) + shape.length : (axis ?? 1));
  const use = CHANNELS[op] as ChannelUse;
  const held = op === 'batchNormTrain' ? channelHeldStep('batch_norm_train', machine, x, sizes) : undefined;
  if (held) {
    const [step, plan] = held;
    return { steps: [step], traffic: channelTraffic(plan, x, { ...use, mapped: 0 }, sizes.bytes) };
  }
  const backward = op === 'batchNormBackward';
  const folding = backward
    ? channelFoldSteps('batch_norm_backward_sums', 'batch_norm_backward_merge', use.values, machine, x, sizes, 2)
    : channelFoldSteps('batch_norm_stats', 'batch_norm_merge', use.values, machine, x, sizes);
  const [steps, plan] = use.folded > 0 ? folding : [[], undefined];
  const map =
    use.mapped > 0
      ? [channelMapStep(backward ? 'batch_norm_backward' : 'batch_norm_normalize', machine, x, sizes, use.mapped)]
      : [];
  return { steps: [...steps, ...map], traffic: channelTraffic(plan, x, use, sizes.bytes) };
};

const ofMatmul: Explain = ({ op, shape, machine, sizes }) => {
  if (shape.length !== 3) throw new Error(`${op}: SHAPE is ${shape.join('x')}, expected MxKxN for [M, K] by [K, N]`);
  const [m, k, n] = shape as [number, number, number];
  const plan = planMatmul(machine, 1, m, n, k);
  return { steps: [matmulStep(machine, plan)], traffic: matmulTraffic(plan, 1, m, n, k, sizes.bytes) };
};

const ofElements =
  (kernel: string, operands: number): Explain =>
  ({ shape, machine, sizes: { bytes } }) => {
    const size = productOf(shape);
    return { steps: [elementStep(kernel, machine, size, bytes)], traffic: elementTraffic(size, operands, bytes) };
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

/** How an op is asked for, beside its shape. */
export interface ExplainOptions {
  /** Of rows, classes or channels. @default the op's own */
  readonly axis?: number | undefined;
  /** Of everything but labels and losses. @default 'f32' */
  readonly dtype?: 'f32' | 'f16';
}

/**
 * What the plans decide for an op on a machine. Losses: of labels, and without the sum over rows that a mean takes; a
 * product: shape is M, K, N; sums: along the last axis.
 */
export function explain(
  op: string,
  shape: readonly number[],
  machine: Machine,
  { axis, dtype = 'f32' }: ExplainOptions = {},
): Explanation {
  const by = EXPLAINED.get(op);
  if (!by)
    throw new Error(`gradfold explain: there is no plan for '${op}'; there is one for ${EXPLAINED_OPS.join(', ')}`);
  const sizes = sizesOf([bytesOf(dtype)]);
  return { op, shape, dtype, machine, ...by({ op, shape, machine, sizes, axis }) };
}
