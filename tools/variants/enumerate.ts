import { PLANES } from '../../src/conformance/inputs/class_losses.ts';
import { CONVOLUTIONS, type Convolution, resultShape } from '../../src/conformance/inputs/convolutions.ts';
import { POOLINGS, type Pooling } from '../../src/conformance/inputs/poolings.ts';
import { MIXED_SHAPES, OPTION_AXES, shapeOf } from '../../src/conformance/inputs/rows.ts';
import { SPECIAL_INPUTS } from '../../src/conformance/inputs/special_rows.ts';
import { TRAINED_SHAPES, TRAININGS, train } from '../../src/conformance/inputs/trainings.ts';
import { FLOAT_TYPES, type FloatType } from '../../src/conformance/suite/half.ts';
import {
  representativeReductions,
  representativeRows,
  representativeStrides,
} from '../../src/conformance/suite/representatives.ts';
import { runOf } from '../../src/conformance/suite/spec.ts';
import { specs as opSpecs } from '../../src/conformance/suite/specs.ts';
import type { Backend } from '../../src/core/backend.ts';
import { bytesOf, type Shape } from '../../src/core/data.ts';
import * as ops from '../../src/index.ts';
import type { Machine } from '../../src/plan/machine.ts';
import { sizesOf } from '../../src/plan/rows.ts';
import { batchNormVariants } from './batch_norm.ts';
import {
  hardLossSpecs,
  lossOptionSpecs,
  type Make,
  mixedLossSpecs,
  planeLossSpecs,
  type RowShape,
  type Spec,
  softLossSpecs,
  specialLossSpecs,
} from './losses.ts';

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
  const unalignedRows = FLOAT_TYPES.flatMap((dtype) => [
    ...[61, 257, 4096].map((cols): RowShape => ({ shape: [3, cols], axis: -1, dtype })),
    { shape: [5, 37, 7], axis: 1, dtype },
  ]);
  const mixed = FLOAT_TYPES.flatMap((dtype) => MIXED_SHAPES.map(([shape, axis]): RowShape => ({ shape, axis, dtype })));
  const options = FLOAT_TYPES.flatMap((dtype) => OPTION_AXES.map((place): RowShape => ({ ...place, dtype })));
  return [
    ...plannedRowShapes(machine).flatMap((row) => [
      ...rowSpecs(aligned, row),
      ...hardLossSpecs(aligned, row),
      ...softLossSpecs(aligned, row),
    ]),
    ...unalignedRows.flatMap((row) => [...rowSpecs(unaligned, row), ...hardLossSpecs(unaligned, row)]),
    ...FLOAT_TYPES.flatMap((dtype) => softLossSpecs(unaligned, { shape: [37, 61], axis: -1, dtype })),
    ...mixed.flatMap((row) => [
      ...mixedRowSpecs(aligned, row),
      ...mixedRowSpecs(unaligned, row),
      ...mixedLossSpecs(aligned, row),
    ]),
    ...options.flatMap((row) => [...rowSpecs(aligned, row), ...mixedRowSpecs(aligned, row, false)]),
    ...options.flatMap((row) => lossOptionSpecs(aligned, row)),
    ...SPECIAL_INPUTS.flatMap((row) => [...specialLossSpecs(aligned, row), ...mixedRowSpecs(aligned, row, false)]),
    ...FLOAT_TYPES.flatMap((dtype) => PLANES.flatMap((plane) => planeLossSpecs(aligned, { ...plane, dtype }))),
    ...FLOAT_TYPES.flatMap((dtype) => [...elementSpecs(aligned, dtype), ...elementSpecs(unaligned, dtype)]),
    ...[aligned, unaligned].flatMap(mixedElementSpecs),
    ...batchNormVariants(machine, aligned, unaligned),
    ...FLOAT_TYPES.flatMap((dtype) => [
      ...representativeReductions(machine, sizesOf([bytesOf(dtype)])).flatMap((shape) =>
        reductionSpecs(aligned, shape, dtype),
      ),
      ...reductionSpecs(unaligned, [5, 257], dtype),
      ...movementSpecs(aligned, dtype),
      ...concatSpecs(aligned, dtype),
      ...concatSpecs(unaligned, dtype),
      ...matmulSpecs(aligned, dtype),
      ...matmulSpecs(unaligned, dtype),
    ]),
    ...convolutionSpecs(aligned, CONVOLUTIONS),
    ...convolutionSpecs(
      unaligned,
      CONVOLUTIONS.filter(({ unaligned = false }) => unaligned),
    ),
    ...POOLINGS.flatMap((pooling) =>
      pooling.plans.flatMap((plan) => poolingSpecs(plan === 'default' ? aligned : unaligned, pooling)),
    ),
    ...otherSpecs(aligned),
    ...[aligned, unaligned].flatMap(optimizerSpecs),
  ];
}

/** Rows along the last axis and strided ones, of both dtypes: one shape for each team that plans can choose. */
function plannedRowShapes(machine: Machine): RowShape[] {
  return FLOAT_TYPES.flatMap((dtype) => [
    ...representativeRows(machine, sizesOf([bytesOf(dtype)])).map((shape) => ({ shape, axis: -1, dtype })),
    ...representativeStrides(machine).map((rows) => ({ shape: shapeOf(rows), axis: 1, dtype })),
  ]);
}

function rowSpecs(make: Make, { shape, axis, dtype }: RowShape): Spec[] {
  const x = () => make(shape, dtype);
  return [
    () => ops.softmax(x(), { axis }),
    () => ops.logSoftmax(x(), { axis }),
    () => ops.logSumExp(x(), { axis }),
    () => ops.argmax(x(), { axis }),
    () => ops.hardmax(x(), { axis }),
    () => ops.softmaxBackward(x(), x(), { axis }),
    () => ops.logSoftmaxBackward(x(), x(), { axis }),
  ];
}

/** Results, or their gradients, of another dtype than the rows'. */
function mixedRowSpecs(make: Make, { shape, axis, dtype }: RowShape, backward = true): Spec[] {
  const other = dtype === 'f32' ? 'f16' : 'f32';
  const x = () => make(shape, dtype);
  const forward = [() => ops.softmax(x(), { axis, dtype: other }), () => ops.logSoftmax(x(), { axis, dtype: other })];
  if (!backward) return forward;
  return [
    ...forward,
    () => ops.softmaxBackward(x(), make(shape, other), { axis }),
    () => ops.logSoftmaxBackward(x(), make(shape, other), { axis }),
  ];
}

/** Functions of that many tensors and no options, as their specifications have them. */
const elementwise = (count: number) =>
  opSpecs.filter(({ group, tensors, args }) => group === 'elementwise' && args && tensors.length === count);
const slopes = () => elementwise(2).filter(({ tensors }) => tensors.includes('dy'));

function elementSpecs(make: Make, dtype: FloatType): Spec[] {
  const x = () => make([13, 61], dtype);
  const specs: Spec[] = [
    () => ops.meanSquaredError(x(), x(), { reduction: 'none' }),
    ...elementwise(1).map((spec) => () => runOf(spec, { x: x() }, {})),
    () => ops.dropout(x(), { rate: 0.5, seed: 1 }),
    ...slopes().map((spec) => () => runOf(spec, { x: x(), y: x(), dy: x() }, {})),
    ...[ops.add, ops.subtract, ops.multiply, ops.divide, ops.maximum].flatMap((op) =>
      WALKS.map(
        ([a, b]) =>
          () =>
            op(make(a, dtype), make(b, dtype)),
      ),
    ),
  ];
  for (const weighted of [false, true])
    for (const positive of [false, true])
      for (const upstream of [false, true])
        for (const reduction of ['sum', 'none'] as const) {
          const options = () => ({
            reduction,
            ...(weighted && { weight: make([61], dtype) }),
            ...(positive && { posWeight: make([13, 1], dtype) }),
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

/** Targets of another dtype than the logits'. */
function mixedElementSpecs(make: Make): Spec[] {
  return FLOAT_TYPES.flatMap((dtype) => {
    const x = () => make([13, 61], dtype);
    const t = () => make([13, 61], dtype === 'f32' ? 'f16' : 'f32');
    return [
      () => ops.binaryCrossEntropyWithLogits(x(), t(), { reduction: 'none' }),
      () => ops.binaryCrossEntropyWithLogitsBackward(x(), t(), { reduction: 'sum' }),
    ];
  });
}

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

function reductionSpecs(make: Make, shape: Shape, dtype: FloatType): Spec[] {
  return [() => ops.sum(make(shape, dtype), { axis: -1 }), () => ops.max(make(shape, dtype), { axis: -1 })];
}

const WHERE_WALKS: readonly (readonly [condition: Shape, a: Shape, b: Shape])[] = [
  [[9], [9], [9]],
  [[61], [37, 61], []],
  [[37, 1], [], [61]],
];

function movementSpecs(make: Make, dtype: FloatType): Spec[] {
  const x = (shape: Shape) => make(shape, dtype);
  // One axis, and up to eight that do not merge.
  const transposes: Shape[] = [[1, 1], ...[2, 3, 4, 5, 6, 7, 8].map((rank) => Array.from({ length: rank }, () => 2))];
  return [
    () => ops.gather(x([37, 61]), make([5], 'i32')),
    ...WHERE_WALKS.map(
      ([condition, a, b]) =>
        () =>
          ops.where(x(condition), x(a), x(b)),
    ),
    ...transposes.map((shape) => () => ops.transpose(x(shape))),
    () => ops.transpose(x([3, 5, 7, 2]), [2, 0, 3, 1]),
    () => ops.slice(x([37, 61]), [3, 5], [11, 50]),
    () => ops.slice(x([9]), [1], [7]),
    () => ops.slice(x([5, 6, 7]), [1, 0, 2], [3, 6, 1]),
  ];
}

function concatSpecs(make: Make, dtype: FloatType): Spec[] {
  const lists: [number, Shape[]][] = [
    [
      0,
      [
        [3, 61],
        [1, 61],
        [37, 61],
      ],
    ],
    [
      1,
      [
        [37, 5],
        [37, 1],
        [37, 60],
      ],
    ],
    [
      -2,
      [
        [2, 3, 4],
        [2, 0, 4],
        [2, 6, 4],
      ],
    ],
  ];
  return lists.map(
    ([axis, shapes]) =>
      () =>
        ops.concat(
          shapes.map((shape) => make(shape, dtype)),
          axis,
        ),
  );
}

function poolingSpecs(make: Make, { shape, options, dtype }: Pooling): Spec[] {
  const x = () => make(shape, dtype);
  const y = () => ops.maxPool2d(x(), options);
  return [
    y,
    () => ops.maxPool2dBackward(x(), y(), options),
    ...[true, false].flatMap((countPadding) => [
      () => ops.averagePool2d(x(), { ...options, countPadding }),
      () => ops.averagePool2dBackward(y(), { ...options, countPadding, shape }),
    ]),
  ];
}

function otherSpecs(make: Make): Spec[] {
  const state = (rows: number) => make([rows, 13]);
  const specs: Spec[] = [
    () => make([1]).backend.zeros([1]),
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
    specs.push(() => ops.gatherBackward(make([5, 61]), make([5], dtype), { shape: [37, 61] }));
    specs.push(() => ops.max(make([5, 257], dtype), { axis: -1 }));
    for (const op of [ops.add, ops.subtract, ops.multiply, ops.maximum]) {
      specs.push(() => op(make([61], dtype), make([61], dtype)));
    }
  }
  return specs;
}

function optimizerSpecs(make: Make): Spec[] {
  const { weight, bias, scale } = TRAINED_SHAPES;
  const tensors = () => ({ weight: make(weight), bias: make(bias), scale: make(scale) });
  return [
    ...TRAININGS.map((training) => () => train(training, tensors(), [tensors()])),
    () => ops.clipByGlobalNorm(tensors(), 1),
  ];
}

function convolutionSpecs(make: Make, convolutions: readonly Convolution[]): Spec[] {
  return convolutions.flatMap((convolution) => {
    const { x, weight, stride = 1, padding = 0, dtypes = ['f32'] } = convolution;
    const options = { stride, padding };
    const y = resultShape(convolution);
    return dtypes.flatMap((dtype): Spec[] => [
      () => ops.conv2d(make(x, dtype), make(weight, dtype), options),
      () => ops.conv2dInputBackward(make(y, dtype), make(weight, dtype), { ...options, shape: x }),
      () => ops.conv2dWeightBackward(make(x, dtype), make(y, dtype), { ...options, shape: weight }),
    ]);
  });
}

const CASTS = [
  ['f32', 'i32'],
  ['f32', 'u32'],
  ['f32', 'f32'],
  ['i32', 'f32'],
  ['u32', 'f32'],
] as const;

function matmulSpecs(like: Make, dtype: FloatType): Spec[] {
  const make = (shape: Shape) => like(shape, dtype);
  // Few entries of many products: k is sliced.
  const specs: Spec[] = [
    () => ops.matmul(make([3, 32770]), make([32770, 5])),
    () => ops.matmul(make([1, 1]), make([1, 1])),
    () => ops.matmul(make([3, 5, 7]), make([3, 7, 4])),
    () => ops.matmul(make([64, 784]), make([784, 10])),
    () => ops.matmul(make([784, 64]), make([784, 10]), { transposeA: true }),
    () => ops.matmul(make([64, 200]), make([200, 60])),
  ];
  // In tiles of lanes, and in those that workgroups share.
  for (const [ms, ks, ns] of [
    [
      [36, 37],
      [64, 61],
      [16, 13],
    ],
    [
      [124, 125],
      [64, 61],
      [64, 59],
    ],
  ] as const)
    for (const transposeA of [false, true])
      for (const transposeB of [false, true])
        for (const m of ms)
          for (const k of ks)
            for (const n of ns) {
              const [a, b] = [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]];
              specs.push(() => ops.matmul(make(a), make(b), { transposeA, transposeB }));
            }
  return specs;
}
