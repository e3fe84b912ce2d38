import normalizeShader from '../../shaders/batch_norm_normalize.wgsl';
import runningShader from '../../shaders/batch_norm_running.wgsl';
import trainShader from '../../shaders/batch_norm_train.wgsl';
import asItIs from '../../shaders/channels/activation_none.wgsl';
import reluOf from '../../shaders/channels/activation_relu.wgsl';
import affine from '../../shaders/channels/affine.wgsl';
import betaPart from '../../shaders/channels/beta.wgsl';
import gammaPart from '../../shaders/channels/gamma.wgsl';
import statisticsPart from '../../shaders/channels/statistics.wgsl';
import xHat from '../../shaders/channels/x_hat.wgsl';
import special from '../../shaders/math/special.wgsl';
import { show } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { eachPerChannel, read, update, write } from '../kernels/bind.ts';
import { launchEntries } from '../kernels/entries.ts';
import { elementSizes } from '../kernels/slices.ts';
import type { Channels } from '../plan/channels.ts';
import { affineBackward, type BatchNormBackwardOptions, batchNormBackward, type Saved } from './batch_norm_backward.ts';
import { heldOf, launchChannels, mapOf } from './batch_norm_channels.ts';
import {
  type Activation,
  checkActivation,
  checkApart,
  checkChannels,
  checkEpsilon,
  checkFloats,
  sharesBuffer,
} from './batch_norm_check.ts';
import { type BatchNormStats, channelStats, checkStats, heldStats, momentsKernel, tailOf } from './batch_norm_stats.ts';
import { checkNumber, checkOption, checkTensors } from './check.ts';

interface AffineOptions {
  /** Scale of each channel, f32 or f16 [C]. @default ones */
  gamma?: Tensor;
  /** Offset of each channel, f32 or f16 [C]. @default zeros */
  beta?: Tensor;
  /** Added to the variance. @default 1e-5 */
  epsilon?: number;
  /** The channels' axis of x, -1 for channels-last. @default 1 */
  channelAxis?: number;
  /** What y goes through on its way out: 'relu' gives the bits of `relu(y)` in the same pass. @default 'none' */
  activation?: Activation;
}

export interface BatchNormTrainOptions extends AffineOptions {
  /** f32 or f16 [C], updated in place. */
  runningMean?: Tensor;
  /** f32 or f16 [C], updated in place. */
  runningVariance?: Tensor;
  /** The weight of the new value in the running ones (Keras and ONNX: 1 minus theirs). @default 0.1 */
  momentum?: number;
  /** What enters the running variance: M2/(n - 1) as in PyTorch, or M2/n as in ONNX and Keras. @default 'unbiased' */
  runningVarianceKind?: 'unbiased' | 'biased';
  /** Statistics to normalize by, such as merged ones. @default those of x */
  stats?: BatchNormStats;
}

export interface BatchNormInferenceOptions extends AffineOptions {
  /** f32 or f16 [C] */
  mean: Tensor;
  /** f32 or f16 [C] */
  variance: Tensor;
}

const AFFINE = { none: [xHat, affine, gammaPart, betaPart, asItIs], relu: [xHat, affine, gammaPart, betaPart, reluOf] };
const NORMALIZE = {
  none: { entry: 'batch_norm_normalize', parts: [normalizeShader, statisticsPart, ...AFFINE.none] },
  relu: { entry: 'batch_norm_normalize', parts: [normalizeShader, statisticsPart, ...AFFINE.relu] },
};
/** Statistics and y in one pass, where a channel stays in registers. */
const TRAIN = {
  none: momentsKernel('batch_norm_train', [trainShader, ...AFFINE.none]),
  relu: momentsKernel('batch_norm_train', [trainShader, ...AFFINE.relu]),
};

const RUNNING = { entry: 'batch_norm_running', parts: [runningShader, special], perLane: 1 } as const;

/**
 * Normalizes each channel by its statistics over the batch: y = (x - mean)/√(variance + ε)·γ + β (Ioffe and Szegedy,
 * arXiv 1502.03167), and moves the running statistics in place: running = (1 - momentum)·running + momentum·new.
 *
 * NaN or infinity in a channel makes that channel NaN, and no other. An empty batch leaves the running statistics alone.
 * @param x f32 or f16, [N, C] or [N, C, ...]
 * @returns y of the shape and dtype of x, and what `batchNormBackward` needs
 * @throws ShapeError where there is one value per channel: it has no variance; GradfoldError where a running tensor has
 * elements of another argument
 */
export function batchNormTrain(x: Tensor, options: BatchNormTrainOptions = {}): { y: Tensor; saved: Saved } {
  const op = 'batchNormTrain';
  const { gamma, beta, runningMean, runningVariance, stats: given } = options;
  const ofStats = given && { 'stats.mean': given.mean, 'stats.variance': given.variance, 'stats.state': given.state };
  checkTensors(op, { x, ...ofStats }, { gamma, beta, runningMean, runningVariance });
  const layout = checkChannels(op, x, options.channelAxis);
  checkFloats(op, { gamma, beta, runningMean, runningVariance }, [layout.channels]);
  if (given) checkStats(op, given, layout.channels);
  checkApart(op, { runningMean, runningVariance }, { x, gamma, beta, ...ofStats });
  checkSeveral(op, x, layout, given);
  const epsilon = checkEpsilon(op, options.epsilon);
  const activation = checkActivation(op, options.activation);
  const { momentum = 0.1 } = options;
  checkNumber(op, 'momentum', momentum, 0, 1);
  checkOption(op, 'runningVarianceKind', options.runningVarianceKind ?? 'unbiased', ['unbiased', 'biased']);
  const told = { epsilon, activation };
  const held = given ? undefined : trainHeld(op, x, layout, told, { gamma, beta });
  const stats = given ?? held?.stats ?? channelStats(op, x, options.channelAxis);
  const channels = [layout.channels];
  const tensors = {
    mean: stats.mean.view(0, channels),
    tail: tailOf(stats),
    variance: stats.variance.view(0, channels),
  };
  const dispose = () => {
    for (const tensor of Object.values(tensors)) tensor.dispose();
  };
  if (!given) stats.dispose();
  const saved: Saved = { count: stats.count, epsilon, ...tensors, dispose, [Symbol.dispose]: dispose };
  const y = held?.y ?? normalize(op, x, layout, told, { ...tensors, gamma, beta });
  updateRunning(options, saved);
  const { count } = saved;
  record(op, { x, gamma, beta }, y, {
    keeps: { x, gamma, beta, ...tensors },
    back: (dy, { x, gamma, beta, ...tensors }) =>
      byInput(batchNormBackward(x, dy, { count, epsilon, ...tensors }, backwardOptions(options, gamma, beta))),
  });
  return { y, saved };
}

/**
 * y = (x - mean)/√(variance + ε)·γ + β with given statistics. Where any of a channel's is not finite, it is NaN.
 * @param x f32 or f16, [N, C] or [N, C, ...]
 * @returns a new tensor of the shape and dtype of x
 */
export function batchNormInference(x: Tensor, options: BatchNormInferenceOptions): Tensor {
  const op = 'batchNormInference';
  // Whoever forgets the options hears of the mean.
  const { mean, variance, gamma, beta } = options ?? ({} as BatchNormInferenceOptions);
  checkTensors(op, { x, mean, variance }, { gamma, beta });
  const layout = checkChannels(op, x, options.channelAxis);
  checkFloats(op, { mean, variance, gamma, beta }, [layout.channels]);
  const told = { epsilon: checkEpsilon(op, options.epsilon), activation: checkActivation(op, options.activation) };
  const y = normalize(op, x, layout, told, { mean, tail: undefined, variance, gamma, beta });
  const inputs = { x, mean, variance, gamma, beta };
  return record(op, inputs, y, {
    keeps: inputs,
    back: (dy, { x, mean, variance, gamma, beta }, pass) => {
      pass.refuse('mean', 'variance');
      const given = { mean, variance, tail: undefined, epsilon: told.epsilon, perCount: 0 };
      return byInput(affineBackward(op, x, dy, given, backwardOptions(options, gamma, beta)));
    },
  });
}

/** What the forward pass was told, with tensors as they were kept. */
function backwardOptions(
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

function byInput({ dx, dGamma, dBeta }: { dx: Tensor; dGamma: Tensor; dBeta: Tensor }) {
  return { x: dx, gamma: dGamma, beta: dBeta };
}

interface Told {
  readonly epsilon: number;
  readonly activation: Activation;
}

/** Statistics and y in one pass, where channels stay in registers. */
function trainHeld(
  op: string,
  x: Tensor,
  layout: Channels,
  { epsilon, activation }: Told,
  affineOf: Pick<PerChannel, 'gamma' | 'beta'>,
): { stats: BatchNormStats; y: Tensor } | undefined {
  const plan = heldOf(x.backend.runtime, { x: layout, sizes: elementSizes([x]) });
  if (!plan) return undefined;
  const y = x.backend.empty(x.shape, x.dtype);
  const bind = { x: read(x), y: write(y), ...eachPerChannel(affineOf) };
  const launch = { op, kernel: TRAIN[activation], plan, bind, params: { epsilon } };
  return { stats: heldStats(launch, layout, x.backend), y };
}

type PerChannel = Record<'mean' | 'tail' | 'variance' | 'gamma' | 'beta', Tensor | undefined>;

function normalize(
  op: string,
  x: Tensor,
  layout: Channels,
  { epsilon, activation }: Told,
  perChannelOf: PerChannel,
): Tensor {
  const { runtime } = x.backend;
  const y = x.backend.empty(x.shape, x.dtype);
  launchChannels(runtime, {
    op,
    kernel: NORMALIZE[activation],
    plan: mapOf(runtime, { x: layout, sizes: elementSizes([x]) }),
    bind: { x: read(x), y: write(y), ...eachPerChannel(perChannelOf) },
    params: { epsilon },
  });
  return y;
}

function checkSeveral(op: string, x: Tensor, { outer, inner }: Channels, stats: BatchNormStats | undefined): void {
  if (stats?.count === 1)
    throw new GradfoldError(`${op}: stats.count is 1, expected at least 2 values per channel in training`);
  if (!stats && outer * inner === 1) {
    throw new ShapeError(`${op}: x ${show(x.shape)} has one value per channel, expected at least 2 in training`);
  }
}

/** One dispatch a tensor: both may be views of one buffer. */
function updateRunning(options: BatchNormTrainOptions, { count, mean, variance }: Saved): void {
  if (count === 0) return;
  const { runningMean, runningVariance, momentum = 0.1, runningVarianceKind } = options;
  const correction = runningVarianceKind === 'biased' ? 1 : count / (count - 1);
  if (runningMean) move(runningMean, mean, 1 - momentum, momentum);
  if (runningVariance) move(runningVariance, variance, 1 - momentum, momentum * correction);
}

function move(running: Tensor, value: Tensor, keep: number, weight: number): void {
  if (sharesBuffer(running, value)) {
    const apart = value.converted('f32');
    move(running, apart, keep, weight);
    apart.dispose();
    return;
  }
  launchEntries(running.backend.runtime, {
    op: 'batchNormTrain',
    kernel: RUNNING,
    size: running.size,
    bind: { running: update(running, 'moved'), value: read(value) },
    params: { keep, weight },
  });
}
