import runningShader from '../../shaders/batch_norm_running.wgsl';
import trainShader from '../../shaders/batch_norm_train.wgsl';
import special from '../../shaders/math/special.wgsl';
import { show } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import { recordCall } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { eachPerChannel, read, update, write } from '../kernels/bind.ts';
import { launchElements } from '../kernels/elements.ts';
import { elementSizes } from '../kernels/slices.ts';
import type { Channels } from '../plan/channels.ts';
import type { Saved } from './batch_norm_backward.ts';
import { affineBackward, backwardOptions, byInput } from './batch_norm_backward_launch.ts';
import { inRegistersOf } from './batch_norm_channels.ts';
import {
  checkActivation,
  checkApart,
  checkChannels,
  checkEpsilon,
  checkFloats,
  sharesBuffer,
} from './batch_norm_check.ts';
import { throughStats } from './batch_norm_formula.ts';
import { recordGiven } from './batch_norm_inference.ts';
import { AFFINE, type AffineOptions, normalize, type PerChannel, type Told } from './batch_norm_normalize.ts';
import { type BatchNormStats, channelStats, checkStats, heldStats, momentsKernel, tailOf } from './batch_norm_stats.ts';
import { checkNumber, checkOption, checkTensors } from './check.ts';

export interface BatchNormTrainOptions extends AffineOptions {
  /** The running mean, f32 or f16 [C], updated in place. @default none */
  runningMean?: Tensor;
  /** The running variance, f32 or f16 [C], updated in place. @default none */
  runningVariance?: Tensor;
  /**
   * The weight of the batch in the running statistics, in [0, 1]: 1 minus the momentum of Keras and ONNX.
   * @default 0.1
   */
  momentum?: number;
  /**
   * The variance that the running one tracks: M2/(n - 1) as in PyTorch, or M2/n as in ONNX and Keras.
   * @default 'unbiased'
   */
  runningVarianceKind?: 'unbiased' | 'biased';
  /** The statistics to normalize by, such as merged ones. @default those of x */
  stats?: BatchNormStats;
}

/** Kernels that compute the statistics and y in one pass, with each channel in registers. */
const TRAIN = {
  none: momentsKernel('batch_norm_train', [trainShader, ...AFFINE.none]),
  relu: momentsKernel('batch_norm_train', [trainShader, ...AFFINE.relu]),
};

const RUNNING = { entry: 'batch_norm_running', parts: [runningShader, special], perLane: 1 } as const;

/**
 * Normalizes each channel by its statistics over the batch: y = (x - mean)/√(variance + ε)·γ + β (Ioffe and Szegedy,
 * arXiv 1502.03167). Updates the running statistics in place: running = (1 - momentum)·running + momentum·new.
 *
 * A non-finite value makes its channel NaN and affects no other channel. An empty batch does not change the running
 * statistics.
 * @param x f32 or f16, [N, C] or [N, C, ...]
 * @returns y with the shape and dtype of x, and the statistics that `batchNormBackward` needs, which the caller
 * disposes of
 * @throws ShapeError for another shape, and for one value per channel, which has no variance; GradfoldError for a dtype
 * or an option outside its range, and for a running tensor that shares elements with another argument
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
  const held = given ? undefined : trainInRegisters(op, x, layout, told, { gamma, beta });
  const stats = given ?? held?.stats ?? channelStats(op, x, options.channelAxis);
  const channels = [layout.channels];
  const tensors = {
    mean: stats.mean.reshape(channels),
    tail: tailOf(stats),
    variance: stats.variance.reshape(channels),
  };
  const dispose = () => {
    for (const tensor of Object.values(tensors)) tensor.dispose();
  };
  if (!given) stats.dispose();
  const { count } = stats;
  const saved: Saved = { count, epsilon, ...tensors, dispose, [Symbol.dispose]: dispose };
  const y = held?.y ?? normalize(op, x, layout, told, { ...tensors, gamma, beta });
  updateRunning(options, saved);
  if (given) recordGiven(op, y, x, { ...tensors, gamma, beta }, { ...options, epsilon });
  else recordTrain(op, y, x, saved, options);
  return { y, saved };
}

/** Records training by the batch's own statistics, which are results too. */
function recordTrain(op: string, y: Tensor, x: Tensor, saved: Saved, options: AffineOptions): void {
  const { count, epsilon, mean, tail, variance } = saved;
  const inputs = { x, gamma: options.gamma, beta: options.beta };
  const outputs = { y, mean, variance };
  recordCall(x.backend.recorder, op, inputs, outputs, {
    keeps: { ...inputs, mean, tail, variance },
    back: ({ y: dy, ...ofStats }, { x, gamma, beta, ...tensors }, pass) => {
      const given = backwardOptions(options, gamma, beta);
      const perCount = 1 / Math.max(count, 1);
      const byY = dy && byInput(affineBackward('batchNormBackward', x, dy, { ...tensors, epsilon, perCount }, given));
      const byStats = throughStats(pass, x, { mean: tensors.mean, count }, ofStats, options.channelAxis);
      return { ...byY, x: byY && byStats ? pass.add(pass.inF32(byY.x), byStats) : (byY?.x ?? byStats) };
    },
  });
}

/** Computes the statistics and y in one pass if channels fit in registers; else returns undefined. */
function trainInRegisters(
  op: string,
  x: Tensor,
  layout: Channels,
  { epsilon, activation }: Told,
  affineOf: Pick<PerChannel, 'gamma' | 'beta'>,
): { stats: BatchNormStats; y: Tensor } | undefined {
  const plan = inRegistersOf(x.backend.runtime, { x: layout, sizes: elementSizes([x]) });
  if (!plan) return undefined;
  const y = x.backend.empty(x.shape, x.dtype);
  const bind = { x: read(x), y: write(y), ...eachPerChannel(affineOf) };
  const launch = { op, kernel: TRAIN[activation], plan, bind, params: { epsilon } };
  return { stats: heldStats(launch, layout, x.backend), y };
}

function checkSeveral(op: string, x: Tensor, { outer, inner }: Channels, stats: BatchNormStats | undefined): void {
  if (stats?.count === 1)
    throw new GradfoldError(`${op}: stats.count is 1, expected at least 2 values per channel in training`);
  if (!stats && outer * inner === 1) {
    throw new ShapeError(`${op}: x ${show(x.shape)} has one value per channel, expected at least 2 in training`);
  }
}

/** Takes one dispatch per tensor, since both may be views of one buffer. */
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
  launchElements(running.backend.runtime, {
    op: 'batchNormTrain',
    kernel: RUNNING,
    size: running.size,
    bind: { running: update(running, 'moved'), value: read(value) },
    params: { keep, weight },
  });
}
