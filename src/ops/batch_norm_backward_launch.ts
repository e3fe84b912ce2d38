import backwardShader from '../../shaders/batch_norm_backward.wgsl';
import mergeShader from '../../shaders/batch_norm_backward_merge.wgsl';
import sumsShader from '../../shaders/batch_norm_backward_sums.wgsl';
import affine from '../../shaders/channels/affine.wgsl';
import gammaPart from '../../shaders/channels/gamma.wgsl';
import everyDy from '../../shaders/channels/gate_none.wgsl';
import throughRelu from '../../shaders/channels/gate_relu.wgsl';
import statisticsPart from '../../shaders/channels/statistics.wgsl';
import sumsPart from '../../shaders/channels/sums.wgsl';
import xHat from '../../shaders/channels/x_hat.wgsl';
import merge from '../../shaders/monoid/sum2.wgsl';
import subgroup from '../../shaders/monoid/sum2_subgroup.wgsl';
import { recordCall } from '../core/recorder.ts';
import type { Tensor, TensorBackend } from '../core/tensor.ts';
import { eachPerChannel, perBlock, perChannel, read, result, write } from '../kernels/bind.ts';
import type { Monoid } from '../kernels/parts.ts';
import { elementSizes } from '../kernels/slices.ts';
import { type ChannelBlock, type ChannelPlan, type Channels, SUM_ROWS } from '../plan/channels.ts';
import type { ElementSizes } from '../plan/rows.ts';
import { foldsOf, launchChannels, mapOf } from './batch_norm_channels.ts';
import { type Activation, checkActivation, checkChannels, checkEpsilon, checkFloats } from './batch_norm_check.ts';
import { formulaOf } from './batch_norm_formula.ts';
import { joinBlocks, type MergeKernel, mergeSlices } from './batch_norm_merge.ts';
import { type AffineOptions, normalize } from './batch_norm_normalize.ts';
import { checkDTypes, checkFloat, checkShape, checkTensors } from './check.ts';
import { copyInto } from './copy.ts';

const SUM2: Monoid = { merge, subgroup };
const GATES = { none: [everyDy], relu: [throughRelu, affine] };
const sumsOf = (activation: Activation) => ({
  entry: 'batch_norm_backward_sums',
  parts: [sumsShader, sumsPart, xHat, statisticsPart, ...GATES[activation]],
  monoid: SUM2,
  constants: { SUM_ROWS },
});
const SUMS = { none: sumsOf('none'), relu: sumsOf('relu') };
const MERGE: MergeKernel = {
  entry: 'batch_norm_backward_merge',
  parts: [mergeShader, sumsPart],
  monoid: SUM2,
  constants: { SUM_ROWS },
  result: 'sums',
};
const BACKWARD = {
  none: {
    entry: 'batch_norm_backward',
    parts: [backwardShader, xHat, statisticsPart, ...GATES.none, gammaPart],
  },
  relu: { entry: 'batch_norm_backward', parts: [backwardShader, xHat, statisticsPart, ...GATES.relu] },
};

export interface BatchNormBackwardOptions {
  /** The scale given to `batchNormTrain`, f32 or f16 [C]. @default ones */
  gamma?: Tensor;
  /** The offset given to `batchNormTrain`, f32 or f16 [C]. Needed only with an activation. @default zeros */
  beta?: Tensor;
  /** The axis of the channels in x, -1 for channels-last. @default 1 */
  channelAxis?: number;
  /** The activation given to `batchNormTrain`. @default 'none' */
  activation?: Activation;
}

/** The statistics of normalized values. */
export interface Normalized {
  readonly mean: Tensor;
  /** The rounding error of the mean. */
  readonly tail: Tensor | undefined;
  readonly variance: Tensor;
  readonly epsilon: number;
  /** Each value's weight in them: 1/n, or 0 if they do not depend on x. */
  readonly perCount: number;
}

/** The options of the backward pass, from those of the forward pass and the kept tensors. */
export function backwardOptions(
  { channelAxis, activation }: AffineOptions,
  gamma: Tensor | undefined,
  beta: Tensor | undefined,
): BatchNormBackwardOptions {
  return {
    ...(channelAxis !== undefined && { channelAxis }),
    ...(activation !== undefined && { activation }),
    ...(gamma && { gamma }),
    ...(beta && { beta }),
  };
}

/** The gradients of a backward pass by input name. */
export function byInput({ dx, dGamma, dBeta }: { dx: Tensor; dGamma: Tensor; dBeta: Tensor }) {
  return { x: dx, gamma: dGamma, beta: dBeta };
}

/** `batchNormBackward` for any normalization, with dGamma and dBeta in f32. @internal */
export function affineBackward(
  op: string,
  x: Tensor,
  dy: Tensor,
  saved: Normalized,
  options: BatchNormBackwardOptions & { sums?: Tensor },
): { dx: Tensor; dGamma: Tensor; dBeta: Tensor } {
  const call = checkBackward(op, x, dy, saved, options);
  const { layout, backend } = call;
  const { channels } = layout;
  const dx = backend.empty(x.shape, x.dtype);
  const sums = joinBlocks(op, backend, [SUM_ROWS, channels], foldsFor(call), (plan) => {
    const scaling = scalingOf(call, plan.block);
    const sums = options.sums ? sumsIn(op, options.sums, plan.block) : reduceBlock(call, plan, scaling);
    applyBlock(call, plan.block, scaling, sums, dx);
    scaling?.dispose();
    return sums;
  });
  const rowOf = (row: number) => sums.view(row * channels, [channels]);
  const gradients = { dx, dGamma: rowOf(1), dBeta: rowOf(0) };
  sums.dispose();
  return recordBackward(call, gradients, (gradients) => gradients);
}

/** A checked call of the backward pass. */
export interface BackwardCall extends BatchNormBackwardOptions {
  readonly op: string;
  readonly x: Tensor;
  readonly dy: Tensor;
  readonly sums?: Tensor;
  readonly saved: Normalized;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly layout: Channels;
  readonly backend: TensorBackend;
  readonly sizes: ElementSizes;
}

export function checkBackward(
  op: string,
  x: Tensor,
  dy: Tensor,
  saved: Normalized,
  options: BatchNormBackwardOptions & { sums?: Tensor },
): BackwardCall {
  const { gamma, beta, sums } = options;
  const { mean, tail, variance } = saved;
  checkTensors(
    op,
    { x, dy, 'saved.mean': mean, 'saved.variance': variance },
    { 'saved.tail': tail, gamma, beta, sums },
  );
  const layout = checkChannels(op, x, options.channelAxis);
  checkFloat(op, 'dy', dy);
  checkShape(op, 'dy', dy.shape, x.shape, 'x');
  const channels = [layout.channels];
  checkFloats(op, { 'saved.mean': mean, 'saved.tail': tail, 'saved.variance': variance, gamma, beta }, channels);
  if (sums) {
    checkDTypes(op, 'sums', sums, 'f32');
    checkShape(op, 'sums', sums.shape, [SUM_ROWS, ...channels], 'the result of batchNormBackwardReduce');
  }
  const epsilon = checkEpsilon(op, saved.epsilon);
  const activation = checkActivation(op, options.activation);
  return {
    ...options,
    op,
    x,
    dy,
    saved,
    epsilon,
    activation,
    layout,
    backend: x.backend,
    sizes: elementSizes([x, dy]),
  };
}

export const foldsFor = ({ backend, layout, sizes }: BackwardCall) =>
  foldsOf(backend.runtime, { x: layout, sizes, reads: 2, values: SUM_ROWS });

/** What both passes read, and their constants. */
function commonOf({ op, x, dy, saved, gamma, beta }: BackwardCall, scaling: Tensor | undefined) {
  const { mean, tail, variance } = saved;
  const constants = { HAS_GAMMA: gamma !== undefined, HAS_BETA: beta !== undefined };
  return {
    launch: { op, ...(scaling && { constants }) },
    bind: {
      x: read(x),
      dy: read(dy),
      ...eachPerChannel({ mean, tail, variance }),
      ...(scaling && { scaling: perBlock(scaling) }),
    },
  };
}

/** The sums of a block of channels, f32 [1, 2, channels]. */
export function reduceBlock(call: BackwardCall, plan: ChannelPlan, scaling: Tensor | undefined): Tensor {
  const { op, backend, activation, epsilon } = call;
  const { launch, bind } = commonOf(call, scaling);
  const slices = backend.empty([plan.slices, SUM_ROWS, plan.block.channels * plan.plane], 'f32');
  launchChannels(backend.runtime, {
    ...launch,
    kernel: SUMS[activation],
    plan,
    bind: { ...bind, sums: result(slices) },
    params: { epsilon },
  });
  return mergeSlices(op, MERGE, slices, plan.plane);
}

/** Writes the gradients of a block of channels to dx. */
function applyBlock(
  call: BackwardCall,
  block: ChannelBlock,
  scaling: Tensor | undefined,
  sums: Tensor,
  dx: Tensor,
): void {
  const { backend, layout, sizes, activation, epsilon, gamma, saved } = call;
  const { launch, bind } = commonOf(call, scaling);
  launchChannels(backend.runtime, {
    ...launch,
    kernel: BACKWARD[activation],
    plan: mapOf(backend.runtime, { x: layout, sizes, reads: 2, block }),
    bind: { ...bind, ...(!scaling && { gamma: perChannel(gamma) }), dx: write(dx), sums: perBlock(sums) },
    params: { epsilon, per_count: saved.perCount },
  });
}

/** A block of channels of sums [2, C]. */
function sumsIn(op: string, sums: Tensor, { first, channels }: ChannelBlock): Tensor {
  const all = sums.shape[1] as number;
  if (channels === all) return sums.view(0, [1, SUM_ROWS, channels]);
  const part = sums.backend.empty([1, SUM_ROWS, channels], 'f32');
  copyInto(op, sums, { shape: [SUM_ROWS, channels], from: [all, 1], to: [channels, 1], fromStart: first }, part);
  return part;
}

/**
 * γ and β of a block of channels as rows of one f32 tensor [2, channels], to stay within eight bindings. The row of an
 * absent tensor is not written. Undefined without an activation, which does not need β.
 */
export function scalingOf(
  { op, backend, gamma, beta, activation }: BackwardCall,
  { first, channels }: ChannelBlock,
): Tensor | undefined {
  if (activation === 'none') return undefined;
  const scaling = backend.empty([2, channels], 'f32');
  for (const [row, tensor] of [gamma, beta].entries()) {
    if (!tensor) continue;
    const part = tensor.view(first, [channels]);
    const wide = part.dtype === 'f32' ? part : part.converted('f32');
    copyInto(op, wide, { shape: [channels], from: [1], to: [1], toStart: row * channels }, scaling);
    for (const each of [part, wide]) each.dispose();
  }
  return scaling;
}

/**
 * Records the backward pass. Its own gradient is that of its formula.
 * @param outputsOf picks the outputs from all results of the formula
 */
export function recordBackward<Outputs extends Record<string, Tensor>>(
  { op, x, dy, saved, gamma, beta, sums, epsilon, activation, layout, channelAxis }: BackwardCall,
  outputs: Outputs,
  outputsOf: (gradients: { dx: Tensor; dGamma: Tensor; dBeta: Tensor }) => Outputs,
): Outputs {
  const { mean, tail, variance, perCount } = saved;
  const inputs = { x, dy, mean, variance, gamma, beta, sums };
  recordCall(x.backend.recorder, op, inputs, outputs, {
    keeps: { ...inputs, tail },
    back: (gradients, { tail, ...inputs }, pass) => {
      const { x, mean, variance, gamma, beta } = inputs;
      const gate = () =>
        normalize(op, pass.inF32(x), layout, { epsilon, activation }, { mean, tail, variance, gamma, beta });
      const more = { tail, epsilon, perCount, gate: activation === 'none' ? undefined : gate() };
      return pass.through(inputs, gradients, (inputs) => outputsOf(formulaOf(inputs, more, channelAxis, pass)));
    },
  });
  return outputs;
}
