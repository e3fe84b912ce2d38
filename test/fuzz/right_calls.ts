import type { Backend } from '../../src/index.ts';

export type Args = unknown[];

/** How a public function is rightly called, and where the tensors are among its arguments. */
export interface Right {
  readonly args: (backend: Backend) => Args;
  /** Which arguments are tensors, at which names of options others are. */
  readonly tensors: readonly number[];
  readonly options?: { readonly at: number; readonly tensors: readonly string[] };
  /** Options that are numbers or words, each with values that it does not take. */
  readonly wrong?: Readonly<Record<string, readonly unknown[]>>;
  /** Which tensor arguments take integers too. */
  readonly integers?: readonly number[];
  /** Which tensor arguments may have any shape, or many. */
  readonly anyShape?: readonly number[];
}

const AXES = [4, -5, 0.5, Number.NaN, '0'];
const ROW = {
  args: (b: Backend) => [
    b.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    {},
  ],
  tensors: [0],
  options: { at: 1, tensors: [] },
  anyShape: [0],
};
const BACK = {
  args: (b: Backend) => [
    b.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    b.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    {},
  ],
  tensors: [0, 1],
  options: { at: 2, tensors: [] },
  wrong: { axis: AXES },
};
const LOSS_WORDS = {
  axis: AXES,
  reduction: ['average', 1, null],
  emptyReduction: ['one', 0],
  labelSmoothing: [-0.1, 1.1, Number.NaN, '0'],
  ignoreIndex: [0.5, Number.NaN, '1'],
};
const LOSS = {
  args: (b: Backend) => [
    b.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    b.tensor(Int32Array.of(2, 0)),
    { weight: b.tensor([1, 2, 3]) },
  ],
  tensors: [0, 1],
  integers: [1],
  options: { at: 2, tensors: ['weight'] },
  wrong: LOSS_WORDS,
};
const WITH_UPSTREAM = {
  ...LOSS,
  args: (b: Backend) => [...LOSS.args(b).slice(0, 2), { weight: b.tensor([1, 2, 3]), upstream: b.tensor(2) }],
  options: { at: 2, tensors: ['weight', 'upstream'] },
};
const BINARY_LOSS = {
  args: (b: Backend) => [
    b.tensor([[1, 2, 3]]),
    b.tensor([[0, 1, 0]]),
    { weight: b.tensor([1, 2, 3]), posWeight: b.tensor([3]) },
  ],
  tensors: [0, 1],
  options: { at: 2, tensors: ['weight', 'posWeight'] },
  wrong: { reduction: LOSS_WORDS.reduction },
};
const UNARY = { args: (b: Backend) => [b.tensor([[1, 2, 3]])], tensors: [0], anyShape: [0] };
const BINARY = {
  args: (b: Backend) => [b.tensor([[1, 2, 3]]), b.tensor([1, 2, 3])],
  tensors: [0, 1],
  integers: [0, 1],
};
const CHANNELS = [2, -3, 0.5, '1'];
const EPSILONS = [-1, Number.NaN, Number.POSITIVE_INFINITY, '0'];
const batch = (b: Backend) =>
  b.tensor([
    [1, 2],
    [3, 5],
    [4, 7],
  ]);
const channels = (b: Backend) => b.tensor([1, 2]);
const REDUCE = { ...ROW, wrong: { axis: [4, -5, 0.5, [0, 0], [9]] } };

const planes = (b: Backend, shape: readonly number[]) => b.full(shape, 1);
const POOL = {
  args: (b: Backend) => [planes(b, [1, 2, 4, 6]), { size: 2, stride: [2, 2], padding: 1 }],
  tensors: [0],
  options: { at: 1, tensors: [] },
  wrong: {
    size: [0, -1, 2.5, '2', undefined, null, [2], [2, 3, 4], [2, 0], [7, 9], 1e12],
    stride: [0, -1, 0.5, '1', [1, 0], Number.NaN],
    padding: [-1, 0.5, 2, '0', [0, 2], Number.POSITIVE_INFINITY],
  },
};

const CONVOLUTION = {
  args: (b: Backend) => [planes(b, [1, 2, 4, 6]), planes(b, [3, 2, 2, 3]), { stride: [1, 2], padding: 1 }],
  tensors: [0, 1],
  options: { at: 2, tensors: [] },
  wrong: {
    stride: [0, -1, 0.5, '1', [1, 0], Number.NaN],
    padding: [-1, 0.5, '0', [0], Number.POSITIVE_INFINITY],
  },
};
const SHAPES = [[2, 4, 6], [1, 2, 4.5, 6], undefined, 4];
const SLOPE = { args: (b: Backend) => BACK.args(b).slice(0, 2), tensors: [0, 1] };

/** Every public function that takes tensors. */
export const RIGHT: Readonly<Record<string, Right>> = {
  softmax: {
    ...ROW,
    wrong: { axis: AXES, emptyRow: ['one', 0], dtype: ['i32', 'f64', 32] },
  },
  logSoftmax: { ...ROW, wrong: { axis: [4, -5], emptyRow: ['one'], dtype: ['u32', 'f64'] } },
  logSumExp: { ...ROW, wrong: { axis: [4, -5] } },
  argmax: { ...ROW, wrong: { axis: [4, -5] } },
  hardmax: { ...ROW, wrong: { axis: [4, -5] } },
  softmaxBackward: { ...BACK, wrong: { axis: [4, -5] } },
  logSoftmaxBackward: { ...BACK, wrong: { axis: [4, -5] } },
  crossEntropy: LOSS,
  crossEntropyBackward: WITH_UPSTREAM,
  crossEntropyWithGradient: { ...LOSS, wrong: { ...LOSS_WORDS, scale: [Number.NaN, Number.POSITIVE_INFINITY, '1'] } },
  nllLoss: LOSS,
  nllLossBackward: WITH_UPSTREAM,
  crossEntropyOfProbabilities: LOSS,
  classificationError: {
    ...LOSS,
    args: (b) => [...LOSS.args(b).slice(0, 2), {}],
    options: { at: 2, tensors: [] },
    wrong: { axis: [4, -5] },
  },
  binaryCrossEntropyWithLogits: BINARY_LOSS,
  binaryCrossEntropyWithLogitsBackward: {
    ...BINARY_LOSS,
    args: (b) => [
      ...BINARY_LOSS.args(b).slice(0, 2),
      { weight: b.tensor([1, 2, 3]), posWeight: b.tensor([3]), upstream: b.tensor(1) },
    ],
    options: { at: 2, tensors: ['weight', 'posWeight', 'upstream'] },
  },
  meanSquaredError: { ...BACK, wrong: { reduction: LOSS_WORDS.reduction } },
  batchNormStats: {
    args: (b) => [batch(b), {}],
    tensors: [0],
    options: { at: 1, tensors: [] },
    anyShape: [0],
    wrong: { channelAxis: CHANNELS },
  },
  batchNormStatsFromState: {
    args: (b) => [
      b.tensor([
        [3, 3],
        [1, 2],
        [0, 1],
      ]),
      3,
    ],
    tensors: [0],
  },
  batchNormTrain: {
    args: (b) => [
      batch(b),
      { gamma: channels(b), beta: channels(b), runningMean: channels(b), runningVariance: channels(b) },
    ],
    tensors: [0],
    anyShape: [0],
    options: { at: 1, tensors: ['gamma', 'beta', 'runningMean', 'runningVariance'] },
    wrong: {
      channelAxis: CHANNELS,
      epsilon: EPSILONS,
      momentum: [-0.1, 1.5, Number.NaN, '0'],
      runningVarianceKind: ['sample', 1],
    },
  },
  batchNormInference: {
    args: (b) => [batch(b), { mean: channels(b), variance: channels(b), gamma: channels(b), beta: channels(b) }],
    tensors: [0],
    anyShape: [0],
    options: { at: 1, tensors: ['mean', 'variance', 'gamma', 'beta'] },
    wrong: { channelAxis: CHANNELS, epsilon: EPSILONS },
  },
  ...Object.fromEntries(['relu', 'sigmoid', 'tanh', 'exp', 'log', 'sqrt'].map((name) => [name, UNARY])),
  negate: UNARY,
  add: BINARY,
  subtract: BINARY,
  multiply: BINARY,
  maximum: BINARY,
  divide: { ...BINARY, integers: [] },
  where: {
    args: (b) => [b.tensor([1, 0, 1]), b.tensor([1, 2, 3]), b.tensor([3, 2, 1])],
    tensors: [0, 1, 2],
    integers: [0, 1, 2],
  },
  matmul: {
    args: (b) => [b.tensor([[1, 2, 3]]), b.tensor([[1], [2], [3]]), {}],
    tensors: [0, 1],
    options: { at: 2, tensors: [] },
    wrong: { transposeA: ['no'], transposeB: [1] },
  },
  sum: REDUCE,
  mean: REDUCE,
  max: { ...REDUCE, integers: [0] },
  conv2d: CONVOLUTION,
  conv2dInputBackward: {
    ...CONVOLUTION,
    args: (b) => [
      planes(b, [1, 3, 5, 3]),
      planes(b, [3, 2, 2, 3]),
      { shape: [1, 2, 4, 6], stride: [1, 2], padding: 1 },
    ],
    wrong: { ...CONVOLUTION.wrong, shape: [...SHAPES, [1, 3, 4, 6], [1, 2, 5, 6]] },
  },
  conv2dWeightBackward: {
    ...CONVOLUTION,
    args: (b) => [
      planes(b, [1, 2, 4, 6]),
      planes(b, [1, 3, 5, 3]),
      { shape: [3, 2, 2, 3], stride: [1, 2], padding: 1 },
    ],
    wrong: { ...CONVOLUTION.wrong, shape: [...SHAPES, [3, 1, 2, 3], [3, 2, 3, 3], [4, 2, 2, 3]] },
  },
  reluBackward: SLOPE,
  sigmoidBackward: SLOPE,
  tanhBackward: SLOPE,
  gatherBackward: {
    args: (b) => [b.tensor([[1, 2, 3]]), b.tensor(Int32Array.of(2)), { shape: [5, 3] }],
    tensors: [0, 1],
    integers: [1],
    options: { at: 2, tensors: [] },
    wrong: { axis: AXES, shape: [[5, 4], [5, 3.5], undefined, 4] },
  },
  dropout: {
    args: (b) => [b.tensor([1, 2, 3]), { rate: 0.5, seed: 1, step: 2, stream: 3 }],
    tensors: [0],
    anyShape: [0],
    options: { at: 1, tensors: [] },
    wrong: {
      rate: [-0.1, 1, Number.NaN, '0', undefined],
      seed: [-1, 0.5, 2 ** 53, '1', undefined],
      step: [-1, 0.5, 2 ** 53, '1'],
      stream: [-1, 0.5, 2 ** 32, '1'],
    },
  },
  maxPool2d: POOL,
  maxPool2dBackward: {
    ...POOL,
    args: (b) => [planes(b, [1, 2, 4, 6]), planes(b, [1, 2, 3, 4]), { size: 2, padding: 1 }],
    tensors: [0, 1],
    options: { at: 2, tensors: [] },
  },
  averagePool2d: { ...POOL, wrong: { ...POOL.wrong, countPadding: [1, 'no'] } },
  averagePool2dBackward: {
    ...POOL,
    args: (b) => [planes(b, [1, 2, 3, 4]), { shape: [1, 2, 4, 6], size: 2, padding: 1 }],
    wrong: { ...POOL.wrong, countPadding: [1, 'no'], shape: [[2, 4, 6], [1, 2, 4, 8], [1, 2, 4.5, 6], undefined, 4] },
  },
  transpose: { args: (b) => [b.tensor([[1, 2, 3]]), [1, 0]], tensors: [0], anyShape: [], integers: [0] },
  slice: { args: (b) => [b.tensor([[1, 2, 3]]), [0, 1], [1, 2]], tensors: [0], integers: [0] },
  gather: {
    args: (b) => [b.tensor([[1, 2, 3]]), b.tensor(Int32Array.of(2, 0)), { axis: 1 }],
    tensors: [0, 1],
    integers: [0, 1],
    anyShape: [0, 1],
    options: { at: 2, tensors: [] },
    wrong: { axis: AXES },
  },
};
