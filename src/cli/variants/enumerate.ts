import type { Backend } from '../../backend.ts';
import type { Shape } from '../../data.ts';
import * as ops from '../../index.ts';
import { representativeBatches, representativeColumns, representativeReductions } from '../../plan/representatives.ts';
import { lossOptionSpecs, lossSpecs, type Make, type Spec } from './losses.ts';

/**
 * What plans can return on a backend's machine: each kernel with each team of each shape, and on one shape with each
 * of its options, its inputs aligned or not. (All options with all teams would be thousands of pipelines, of parts
 * that know nothing of each other: a team never looks at an option.)
 */
export function enumerateVariants(backend: Backend): Spec[] {
  const { machine } = backend.runtime;
  const aligned: Make = (shape, dtype = 'f32') => backend.empty(shape, dtype);
  const unaligned: Make = (shape, dtype = 'f32') => {
    const size = shape.reduce((product, length) => product * length, 1);
    return backend.empty([size + 1], dtype).view(1, shape);
  };
  return [
    ...representativeColumns(machine).flatMap((cols) => [...rowSpecs(aligned, cols), ...lossSpecs(aligned, cols)]),
    ...[257, 4096].flatMap((cols) => [...rowSpecs(unaligned, cols), ...lossSpecs(unaligned, cols)]),
    ...lossOptionSpecs(aligned),
    ...entrySpecs(aligned),
    ...entrySpecs(unaligned),
    ...representativeBatches(machine).flatMap(({ outer, channels, inner }) =>
      batchNormSpecs(aligned, inner === 1 ? [outer, channels] : [outer, channels, inner]),
    ),
    ...batchNormSpecs(unaligned, [4, 8, 144]),
    ...representativeReductions(machine).flatMap((shape) => reductionSpecs(aligned, shape)),
    ...reductionSpecs(unaligned, [5, 257]),
    ...movementSpecs(aligned),
    ...matmulSpecs(aligned),
    ...matmulSpecs(unaligned),
  ];
}

function rowSpecs(make: Make, cols: number): Spec[] {
  const x = () => make([3, cols]);
  return [
    () => ops.softmax(x()),
    () => ops.logSoftmax(x()),
    () => ops.logSumExp(x()),
    () => ops.argmax(x()),
    () => ops.hardmax(x()),
    () => ops.softmaxBackward(x(), x()),
    () => ops.logSoftmaxBackward(x(), x()),
  ];
}

function entrySpecs(make: Make): Spec[] {
  const x = () => make([13, 61]);
  const specs: Spec[] = [
    () => ops.meanSquaredError(x(), x(), { reduction: 'none' }),
    ...[ops.relu, ops.sigmoid, ops.tanh, ops.exp, ops.log, ops.sqrt, ops.negate].map((op) => () => op(x())),
    ...[ops.add, ops.subtract, ops.multiply, ops.divide, ops.maximum].flatMap((op) =>
      WALKS.map(
        ([a, b]) =>
          () =>
            op(make(a), make(b)),
      ),
    ),
  ];
  const weights = () => make([61]);
  for (const [weighted, positive, upstream] of BINARY_OPTIONS)
    for (const reduction of ['sum', 'none'] as const) {
      const options = () => ({
        reduction,
        ...(weighted && { weight: weights() }),
        ...(positive && { posWeight: weights() }),
      });
      const gradient = () => ({
        ...options(),
        ...(upstream && { upstream: make(reduction === 'none' ? [13, 61] : []) }),
      });
      specs.push(
        () => ops.binaryCrossEntropyWithLogits(x(), x(), { ...options(), reduction: 'none' }),
        () => ops.binaryCrossEntropyWithLogitsBackward(x(), x(), gradient()),
      );
    }
  return specs;
}

/** Weights, positive weights, upstream. */
const BINARY_OPTIONS = [
  [false, false, false],
  [true, false, false],
  [false, true, false],
  [true, true, false],
  [false, false, true],
] as const;

/** Operands that are read in each of the ways there are: densely, as a scalar, over and over, by strides. */
const WALKS: readonly (readonly [a: Shape, b: Shape])[] = [
  [[61], [61]],
  [[1], [1]],
  [[3, 61], [61]],
  [
    [3, 61],
    [3, 1],
  ],
  [[3, 64], [64]],
  [[64], [3, 64]],
  [[], [61]],
  [[61], []],
  [
    [5, 1, 7],
    [3, 1],
  ],
  [[3, 1], [3]],
];

function batchNormSpecs(make: Make, shape: Shape): Spec[] {
  const channels = [shape[1] as number];
  const own = () => ({ gamma: make(channels), beta: make(channels) });
  return [
    () => {
      const x = make(shape);
      const { gamma, beta } = own();
      const { saved } = ops.batchNormTrain(x, { gamma, beta, runningMean: make(channels) });
      ops.batchNormBackward(x, make(shape), saved, { gamma });
    },
    () => ops.batchNormInference(make(shape), { mean: make(channels), variance: make(channels), ...own() }),
  ];
}

function reductionSpecs(make: Make, shape: Shape): Spec[] {
  return [() => ops.sum(make(shape), { axis: -1 }), () => ops.max(make(shape), { axis: -1 })];
}

function movementSpecs(make: Make): Spec[] {
  const state = (rows: number) => make([rows, 13]);
  const specs: Spec[] = [
    () => ops.gather(make([37, 61]), make([5], 'i32')),
    () => ops.concat([make([3, 61]), make([1, 61])]),
    () => make([1]).backend.zeros([1]),
    () => ops.where(make([9]), make([9]), make([9])),
    () => ops.where(make([61]), make([37, 61]), make([])),
    () => ops.where(make([37, 1]), make([]), make([61])),
    () => ops.classificationError(make([37, 61]), make([37], 'i32')),
    () => ops.batchNormStatsFromState(state(3), 5),
    () => ops.mergeBatchNormStats([ops.batchNormStatsFromState(state(4), 5), ops.batchNormStatsFromState(state(4), 5)]),
    // A mean over the rows that are not ignored, when these are more than a vector.
    () => ops.crossEntropy(make([28, 37]), make([28], 'i32')),
    ...CASTS.map(
      ([from, to]) =>
        () =>
          make([9], from).cast(to),
    ),
  ];
  for (const dtype of ['i32', 'u32'] as const) {
    specs.push(() => ops.max(make([5, 257], dtype), { axis: -1 }));
    for (const op of [ops.add, ops.subtract, ops.multiply, ops.maximum]) {
      specs.push(() => op(make([61], dtype), make([61], dtype)));
    }
  }
  // One axis, and up to eight that do not merge.
  for (let rank = 2; rank <= 8; rank++) specs.push(() => ops.transpose(make(Array.from({ length: rank }, () => 2))));
  specs.push(() => ops.slice(make([9]), [1], [7]));
  return specs;
}

const CASTS = [
  ['f32', 'i32'],
  ['f32', 'u32'],
  ['f32', 'f32'],
  ['i32', 'f32'],
  ['u32', 'f32'],
] as const;

function matmulSpecs(make: Make): Spec[] {
  // Few entries of many products: k is sliced.
  const specs: Spec[] = [() => ops.matmul(make([3, 32770]), make([32770, 5]))];
  for (const transposeA of [false, true])
    for (const transposeB of [false, true])
      for (const m of [36, 37])
        for (const k of [64, 61])
          for (const n of [16, 13]) {
            const [a, b] = [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]];
            specs.push(() => ops.matmul(make(a), make(b), { transposeA, transposeB }));
          }
  return specs;
}
