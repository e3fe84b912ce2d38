import type { DType, Shape } from '../../src/core/data.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import * as ops from '../../src/index.ts';
import type { ClassLossOptions } from '../../src/ops/class_targets.ts';

/** An op called so that it asks for its pipelines, in a rehearsal, which dispatches nothing. */
export type Spec = () => unknown;

/** Makes tensors of no particular content. */
export type Make = (shape: Shape, dtype?: DType) => Tensor;

/** Rows of a dtype along an axis. */
export interface RowShape {
  readonly shape: Shape;
  readonly axis: number;
  readonly dtype: 'f32' | 'f16';
}

const withoutAxis = (shape: Shape, axis: number) =>
  shape.filter((_, at) => at !== (axis < 0 ? axis + shape.length : axis));

/** Labels as they are. */
export function hardLossSpecs(make: Make, { shape, axis, dtype }: RowShape): Spec[] {
  const x = () => make(shape, dtype);
  const labels = () => make(withoutAxis(shape, axis), 'i32');
  const none = { reduction: 'none', axis } as const;
  return [
    () => ops.crossEntropy(x(), labels(), none),
    () => ops.crossEntropyWithGradient(x(), labels(), none),
    () => ops.nllLoss(x(), labels(), none),
    () => ops.nllLossBackward(x(), labels(), none),
  ];
}

/** Probabilities with smoothing. */
export function softLossSpecs(make: Make, { shape, axis, dtype }: RowShape): Spec[] {
  const x = () => make(shape, dtype);
  const soft = { reduction: 'sum', labelSmoothing: 0.1, axis } as const;
  return [
    () => ops.crossEntropy(x(), x(), soft),
    () => ops.crossEntropyWithGradient(x(), x(), soft),
    () => ops.crossEntropyOfProbabilities(x(), x(), soft),
  ];
}

/** Targets and weights of another dtype than the logits'. */
export function mixedLossSpecs(make: Make, { shape, axis, dtype }: RowShape): Spec[] {
  const other = dtype === 'f32' ? 'f16' : 'f32';
  const x = () => make(shape, dtype);
  const targets = () => make(shape, other);
  const options = () => ({ axis, reduction: 'sum', weight: make([shape.at(axis) as number], other) }) as const;
  return [...allLosses(x, targets, options), () => ops.crossEntropyOfProbabilities(x(), targets(), options())];
}

/** What the table of special values is tried with beside plain labels. */
export function specialLossSpecs(make: Make, { shape, axis, dtype }: RowShape): Spec[] {
  const x = () => make(shape, dtype);
  const labels = () => make(withoutAxis(shape, axis), 'i32');
  const kinds: [() => Tensor, ClassLossOptions][] = [
    [labels, { reduction: 'none', labelSmoothing: 0.25, axis }],
    [labels, { axis }],
    [x, { reduction: 'none', axis }],
  ];
  return kinds.flatMap(([targets, options]) => allLosses(x, targets, () => options));
}

/** Weights, of labels and of probabilities. */
export function planeLossSpecs(make: Make, { shape, axis, dtype }: RowShape): Spec[] {
  const x = () => make(shape, dtype);
  const labels = () => make(withoutAxis(shape, axis), 'i32');
  const weight = () => make([shape.at(axis) as number], dtype);
  return [
    ...allLosses(x, labels, () => ({ axis, weight: weight() })),
    ...allLosses(x, x, () => ({ reduction: 'none', axis, weight: weight() })),
  ];
}

function allLosses(x: () => Tensor, targets: () => Tensor, options: () => ClassLossOptions): Spec[] {
  return [
    () => ops.crossEntropy(x(), targets(), options()),
    () => ops.crossEntropyWithGradient(x(), targets(), options()),
    () => ops.nllLoss(x(), targets(), options()),
    () => ops.nllLossBackward(x(), targets(), options()),
  ];
}

/** Every option that makes a variant with every other, on rows of one shape. */
export function lossOptionSpecs(make: Make, { shape, axis, dtype }: RowShape): Spec[] {
  const x = () => make(shape, dtype);
  const rows = withoutAxis(shape, axis);
  const specs: Spec[] = [];
  for (const reduction of ['mean', 'sum', 'none'] as const)
    for (const weighted of [false, true])
      for (const labelSmoothing of [0, 0.1])
        for (const soft of [false, true])
          for (const upstream of [false, true]) {
            const options = (): ClassLossOptions => ({
              reduction,
              labelSmoothing,
              axis,
              ...(weighted && { weight: make([shape.at(axis) as number], dtype) }),
            });
            const targets = () => (soft ? x() : make(rows, 'i32'));
            const gradient = () => ({
              ...options(),
              ...(upstream && { upstream: make(reduction === 'none' ? rows : []) }),
            });
            specs.push(
              () => ops.crossEntropy(x(), targets(), options()),
              () => ops.crossEntropyBackward(x(), targets(), gradient()),
              () => ops.crossEntropyWithGradient(x(), targets(), options()),
              () => ops.crossEntropyWithGradient(x(), targets(), { ...options(), inPlace: true }),
              () => ops.nllLoss(x(), targets(), options()),
              () => ops.nllLossBackward(x(), targets(), gradient()),
              () => ops.crossEntropyOfProbabilities(x(), targets(), options()),
            );
          }
  return specs;
}
