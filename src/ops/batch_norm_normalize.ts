import normalizeShader from '../../shaders/batch_norm_normalize.wgsl';
import asItIs from '../../shaders/channels/activation_none.wgsl';
import reluOf from '../../shaders/channels/activation_relu.wgsl';
import affine from '../../shaders/channels/affine.wgsl';
import betaPart from '../../shaders/channels/beta.wgsl';
import gammaPart from '../../shaders/channels/gamma.wgsl';
import statisticsPart from '../../shaders/channels/statistics.wgsl';
import xHat from '../../shaders/channels/x_hat.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { eachPerChannel, read, write } from '../kernels/bind.ts';
import { elementSizes } from '../kernels/slices.ts';
import type { Channels } from '../plan/channels.ts';
import { launchChannels, mapOf } from './batch_norm_channels.ts';
import type { Activation } from './batch_norm_check.ts';

/** Options of batch-norm in both training and inference. */
export interface AffineOptions {
  /** The scale γ of each channel, f32 or f16 [C]. @default ones */
  gamma?: Tensor;
  /** The offset β of each channel, f32 or f16 [C]. @default zeros */
  beta?: Tensor;
  /** ε, at least 0, added to the variance. @default 1e-5 */
  epsilon?: number;
  /** The axis of the channels in x, -1 for channels-last. @default 1 */
  channelAxis?: number;
  /** The activation fused into the same pass: 'relu' gives exactly the bits of `relu(y)`. @default 'none' */
  activation?: Activation;
}

/** The parts that compute y from x̂. */
export const AFFINE = {
  none: [xHat, affine, gammaPart, betaPart, asItIs],
  relu: [xHat, affine, gammaPart, betaPart, reluOf],
};
const NORMALIZE = {
  none: { entry: 'batch_norm_normalize', parts: [normalizeShader, statisticsPart, ...AFFINE.none] },
  relu: { entry: 'batch_norm_normalize', parts: [normalizeShader, statisticsPart, ...AFFINE.relu] },
};
/** The checked options that kernels take. */
export interface Told {
  readonly epsilon: number;
  readonly activation: Activation;
}

export type PerChannel = Record<'mean' | 'tail' | 'variance' | 'gamma' | 'beta', Tensor | undefined>;

/** Returns (x - mean)/√(variance + ε)·γ + β, activated, in a new tensor. */
export function normalize(
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
