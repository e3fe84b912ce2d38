import {
  type BatchNormTrainOptions,
  batchNormBackward,
  batchNormTrain,
  crossEntropyWithGradient,
  softmax,
  softmaxBackward,
} from '../src/index.ts';
import * as reference from '../src/reference/index.ts';
import type { BenchOp, Case, Inputs } from './case.ts';
import { deviates, labels } from './inputs.ts';

const ROWS = [
  [4096, 1024],
  [512, 32768],
  [32, 262144],
  [262144, 16],
];
const CLASSES = [
  [4096, 1024],
  [256, 50257],
  [1024, 32768],
  [65536, 10],
];
/** The shapes for batch-norm. All but [N, C] are also measured channels-last. */
const CHANNELS = [
  [8192, 512],
  [32, 64, 56, 56],
];

const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);
const firstAxis = () => 0;
const channelAxisOf = ({ shape, channelAxis = 1 }: Case) =>
  channelAxis < 0 ? shape.length + channelAxis : channelAxis;

/** Logits with the spread of a trained model's. */
const logits = ({ shape }: Case) => ({ shape, data: deviates('logits', sizeOf(shape), 0, 3) });
const gradient = ({ shape }: Case) => ({ shape, data: deviates('dy', sizeOf(shape)) });

const softmaxOp: BenchOp = {
  name: 'softmax',
  shapes: ROWS,
  sampled: firstAxis,
  inputs: (one) => ({ x: logits(one) }),
  prepare:
    (_, { x }) =>
    () => ({ y: softmax(x!) }),
  truth: (_, { x }) => ({ y: reference.softmax(x!) }),
};

const softmaxBackwardOp: BenchOp = {
  name: 'softmaxBackward',
  shapes: ROWS,
  sampled: firstAxis,
  // Positive numbers that sum to about 1.
  inputs: (one) => {
    const { shape, data } = gradient(one);
    const cols = shape.at(-1) as number;
    return { y: { shape, data: data.map((value) => Math.abs(value) / (0.8 * cols)) }, dy: gradient(one) };
  },
  prepare:
    (_, { y, dy }) =>
    () => ({ dx: softmaxBackward(y!, dy!) }),
  truth: (_, { y, dy }) => ({ dx: reference.softmaxBackward(y!, dy!) }),
};

const crossEntropyOp: BenchOp = {
  name: 'crossEntropyWithGradient',
  shapes: CLASSES,
  labels: true,
  inPlace: true,
  sampled: firstAxis,
  inputs: (one) => {
    const [rows, classes] = one.shape as [number, number];
    return { logits: logits(one), labels: { shape: [rows], data: labels('labels', rows, classes) } };
  },
  prepare:
    (_, { logits, labels }) =>
    (inPlace = false) => ({ ...crossEntropyWithGradient(logits!, labels!, { inPlace }) }),
  truth: (_, some, share, all) => ({
    loss: reference.crossEntropy(all.logits!, all.labels!),
    gradient: reference.crossEntropyWithGradient(some.logits!, some.labels!, { scale: share }).gradient,
  }),
};

const channelsOf = (one: Case) => one.shape[channelAxisOf(one)] as number;
const affine = (one: Case): Inputs => ({
  x: { shape: one.shape, data: deviates('x', sizeOf(one.shape), 3, 2) },
  gamma: { shape: [channelsOf(one)], data: deviates('gamma', channelsOf(one), 1, 0.1) },
  beta: { shape: [channelsOf(one)], data: deviates('beta', channelsOf(one)) },
});
const axisOption = ({ channelAxis = 1 }: Case) => ({ channelAxis });

const batchNormTrainOp: BenchOp = {
  name: 'batchNormTrain',
  shapes: CHANNELS,
  channels: true,
  sampled: channelAxisOf,
  inputs: affine,
  prepare: (one, { x, gamma, beta }) => {
    const options = { gamma, beta, ...axisOption(one) } as BatchNormTrainOptions;
    return () => {
      const { y, saved } = batchNormTrain(x!, options);
      saved.dispose();
      return { y };
    };
  },
  truth: (one, { x, gamma, beta }) => ({
    y: reference.batchNormTrain(x!, { gamma: gamma!, beta: beta!, ...axisOption(one) }).y,
  }),
};

const gradientsOf = (one: Case, { x, dy, gamma }: Inputs) => {
  const { saved } = reference.batchNormTrain(x!, axisOption(one));
  return { ...reference.batchNormBackward(x!, dy!, saved, { gamma: gamma!, ...axisOption(one) }) };
};

const batchNormBackwardOp: BenchOp = {
  name: 'batchNormBackward',
  shapes: CHANNELS,
  channels: true,
  sampled: channelAxisOf,
  inputs: (one) => ({ ...affine(one), dy: gradient(one) }),
  prepare: (one, { x, dy, gamma }) => {
    const options = axisOption(one);
    const { y, saved } = batchNormTrain(x!, options);
    y.dispose();
    return () => ({ ...batchNormBackward(x!, dy!, saved, { gamma: gamma!, ...options }) });
  },
  truth: gradientsOf,
};

/** Forward and backward together, as in a training step, to compare with libraries that have no separate backward. */
const batchNormBothOp: BenchOp = {
  name: 'batchNormTrain + batchNormBackward',
  shapes: CHANNELS,
  channels: true,
  pair: [batchNormTrainOp, batchNormBackwardOp],
  sampled: channelAxisOf,
  inputs: batchNormBackwardOp.inputs,
  prepare: (one, { x, dy, gamma, beta }) => {
    const options = { gamma, beta, ...axisOption(one) } as BatchNormTrainOptions;
    return () => {
      const { y, saved } = batchNormTrain(x!, options);
      const gradients = batchNormBackward(x!, dy!, saved, { gamma: gamma!, ...axisOption(one) });
      saved.dispose();
      y.dispose();
      return { ...gradients };
    };
  },
  truth: gradientsOf,
};

export const BENCH_OPS: readonly BenchOp[] = [
  softmaxOp,
  softmaxBackwardOp,
  crossEntropyOp,
  batchNormTrainOp,
  batchNormBackwardOp,
  batchNormBothOp,
];
