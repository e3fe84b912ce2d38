import type { Shape } from '../core/data.ts';
import { GradfoldError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { add } from '../ops/add.ts';
import { type AveragePool2dOptions, averagePool2d as averagePool2dOp } from '../ops/average_pool2d.ts';
import { batchNormInference } from '../ops/batch_norm_inference.ts';
import { type BatchNormTrainOptions, batchNormTrain } from '../ops/batch_norm_train.ts';
import { type Conv2dOptions, conv2d as conv2dOp } from '../ops/conv2d.ts';
import { dropout as dropoutOp } from '../ops/dropout.ts';
import { matmul } from '../ops/matmul.ts';
import { maxPool2d as maxPool2dOp } from '../ops/max_pool2d.ts';
import type { Pool2dOptions } from '../ops/pool_launch.ts';
import { relu as reluOp } from '../ops/relu.ts';
import { sigmoid as sigmoidOp } from '../ops/sigmoid.ts';
import { tanh as tanhOp } from '../ops/tanh.ts';
import { productOf } from '../plan/strides.ts';
import type { Pair } from '../plan/windows2d.ts';
import { heUniform, type Initializer } from './initialize.ts';
import { type Layer, type Module, plain, type Site } from './layer.ts';

export interface WeightOptions {
  /**
   * Whether to add a bias to each output. @default true, or false before batch-norm, which subtracts each output's mean
   * and so makes a bias redundant
   */
  bias?: boolean;
  /** The initial weights. @default heUniform */
  initialize?: Initializer;
}

/**
 * A fully connected layer, `y = x·W + b`: x [N, inputs], W [inputs, outputs], b [outputs], y [N, outputs]. The bias
 * starts at zero.
 * @throws GradfoldError for a length that is not a whole number of at least 1, and, when built, for `bias: true` before
 * batch-norm
 */
export function linear(inputs: number, outputs: number, options: WeightOptions = {}): Layer {
  checkLength('linear', 'inputs', inputs);
  checkLength('linear', 'outputs', outputs);
  return weighted('linear', { shape: [inputs, outputs], outputs, fans: [inputs, outputs] }, options, matmul);
}

/**
 * A 2-D convolution, `y = x * W + b`, computed by the op `conv2d`: x [N, inputs, H, W], W [outputs, inputs, KH, KW],
 * b [outputs], y [N, outputs, OH, OW]. The bias starts at zero.
 * @param size the window's length in pixels along both axes, or [height, width]
 * @param options.stride pixels between neighboring windows, or [height, width]. Default 1
 * @param options.padding zeros added on each side, or [height, width]. Default 0
 * @throws GradfoldError for a length that is not a whole number of at least 1, and, when built, for `bias: true` before
 * batch-norm
 */
export function conv2d(
  inputs: number,
  outputs: number,
  size: number | Pair,
  options: WeightOptions & Conv2dOptions = {},
): Layer {
  checkLength('conv2d', 'inputs', inputs);
  checkLength('conv2d', 'outputs', outputs);
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  checkLength('conv2d', 'size', height);
  checkLength('conv2d', 'size', width);
  const { stride = 1, padding = 0 } = options;
  const taps = height * width;
  return weighted(
    'conv2d',
    { shape: [outputs, inputs, height, width], outputs, fans: [inputs * taps, outputs * taps] },
    options,
    (x, weight) => conv2dOp(x, weight, { stride, padding }),
  );
}

/** A layer that is linear in its weight, with one bias per output along axis 1. */
function weighted(
  kind: string,
  { shape, outputs, fans }: { shape: Shape; outputs: number; fans: readonly [fanIn: number, fanOut: number] },
  options: WeightOptions,
  apply: (x: Tensor, weight: Tensor) => Tensor,
): Layer {
  const { initialize = heUniform } = options;
  return {
    kind,
    build({ backend, random, next }) {
      const normalized = next?.kind === 'batchNorm';
      if (normalized && options.bias) {
        throw new GradfoldError(`${kind}: bias is true before batchNorm, expected false: the normalization removes it`);
      }
      const weight = backend.tensor(initialize(random, productOf(shape), ...fans), shape);
      const bias = (options.bias ?? !normalized) ? { bias: backend.zeros([outputs]) } : {};
      return {
        parameters: { weight, ...bias },
        running: {},
        forward({ weight, bias }, x) {
          const y = apply(x, weight as Tensor);
          return bias ? add(y, bias.reshape([outputs, ...y.shape.slice(2).map(() => 1)])) : y;
        },
      };
    },
  };
}

type BatchNormOptions = Pick<BatchNormTrainOptions, 'momentum' | 'epsilon' | 'channelAxis'>;

/**
 * Batch normalization of [N, channels] or [N, channels, ...]. γ starts at one and β at zero. Training normalizes by the
 * batch's statistics and updates the running ones; inference normalizes by the running ones. A `relu` that follows is
 * fused into the same pass.
 * @param options.momentum the weight of the batch in the running statistics. Default 0.1
 * @param options.epsilon added to the variance. Default 1e-5
 * @param options.channelAxis the axis of the channels. Default 1
 * @throws GradfoldError unless `channels` is a whole number of at least 1
 */
export function batchNorm(channels: number, options: BatchNormOptions = {}): Layer {
  checkLength('batchNorm', 'channels', channels);
  return {
    kind: 'batchNorm',
    build({ backend, next }): Module {
      const activation = next?.kind === 'relu' ? 'relu' : 'none';
      const [mean, variance] = [backend.zeros([channels]), backend.full([channels], 1)];
      return {
        parameters: { gamma: backend.full([channels], 1), beta: backend.zeros([channels]) },
        running: { mean, variance },
        forward({ gamma, beta }, x, { training }) {
          const affine = { gamma: gamma as Tensor, beta: beta as Tensor, activation, ...options } as const;
          if (!training) return batchNormInference(x, { mean, variance, ...affine });
          return batchNormTrain(x, { runningMean: mean, runningVariance: variance, ...affine }).y;
        },
      };
    },
  };
}

/** `max(x, 0)`, element by element. */
export const relu = (): Layer => plain('relu', (x) => reluOp(x));
/** `1 / (1 + exp(-x))`, element by element. */
export const sigmoid = (): Layer => plain('sigmoid', (x) => sigmoidOp(x));
/** The hyperbolic tangent, element by element. */
export const tanh = (): Layer => plain('tanh', (x) => tanhOp(x));
/** Reshapes [N, ...] to [N, product of the other lengths]. */
export const flatten = (): Layer => plain('flatten', (x) => x.reshape([x.shape[0] ?? 1, -1]));

/** The largest element of each window over the planes of x [N, C, H, W]. Returns [N, C, OH, OW]. */
export const maxPool2d = (options: Pool2dOptions): Layer => plain('maxPool2d', (x) => maxPool2dOp(x, options));
/** The mean of each window over the planes of x [N, C, H, W]. Returns [N, C, OH, OW]. */
export const averagePool2d = (options: AveragePool2dOptions): Layer =>
  plain('averagePool2d', (x) => averagePool2dOp(x, options));

/** Reshapes [N, ...] to [N, ...shape]. */
export const unflatten = (shape: Shape): Layer => plain('unflatten', (x) => x.reshape([x.shape[0] ?? 1, ...shape]));

/**
 * Dropout in training; the identity in inference.
 * @param rate the probability that an element becomes 0, in [0, 1)
 * @throws GradfoldError from `forward` in training for a rate outside its range or a pass without `step`
 */
export function dropout(rate: number): Layer {
  return {
    kind: 'dropout',
    build: ({ seed, index }: Site) => ({
      parameters: {},
      running: {},
      forward(_, x, { training, step }) {
        if (!training) return x;
        if (step === undefined)
          throw new GradfoldError('dropout: pass.step is undefined in training, expected the index of the step');
        return dropoutOp(x, { rate, seed, step, stream: index });
      },
    }),
  };
}

function checkLength(layer: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new GradfoldError(`${layer}: ${name} is ${value}, expected a whole number of at least 1`);
}
