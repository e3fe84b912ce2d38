import type { DType, Shape } from '../../data.ts';
import * as ops from '../../index.ts';
import type { ClassLossOptions } from '../../ops/class_targets.ts';
import type { Tensor } from '../../tensor.ts';

/** An op called so that it asks for its pipelines, in a rehearsal, which dispatches nothing. */
export type Spec = () => unknown;

/** Makes tensors of no particular content. */
export type Make = (shape: Shape, dtype?: DType) => Tensor;

/** Labels as they are, and probabilities with smoothing. */
export function lossSpecs(make: Make, cols: number): Spec[] {
  const x = () => make([3, cols]);
  const labels = () => make([3], 'i32');
  const none = { reduction: 'none' } as const;
  const soft = { reduction: 'sum', labelSmoothing: 0.1 } as const;
  return [
    () => ops.crossEntropy(x(), labels(), none),
    () => ops.crossEntropyWithGradient(x(), labels(), none),
    () => ops.nllLoss(x(), labels(), none),
    () => ops.nllLossBackward(x(), labels(), none),
    () => ops.crossEntropy(x(), x(), soft),
    () => ops.crossEntropyWithGradient(x(), x(), soft),
    () => ops.crossEntropyOfProbabilities(x(), x(), soft),
  ];
}

/** Every option with every other, on one shape. */
export function lossOptionSpecs(make: Make): Spec[] {
  const x = () => make([7, 61]);
  const specs: Spec[] = [];
  for (const reduction of ['mean', 'sum', 'none'] as const)
    for (const weighted of [false, true])
      for (const labelSmoothing of [0, 0.1])
        for (const soft of [false, true])
          for (const upstream of [false, true]) {
            const options = (): ClassLossOptions => ({
              reduction,
              labelSmoothing,
              ...(weighted && { weight: make([61]) }),
            });
            const targets = () => (soft ? make([7, 61]) : make([7], 'i32'));
            const gradient = () => ({
              ...options(),
              ...(upstream && { upstream: make(reduction === 'none' ? [7] : []) }),
            });
            specs.push(
              () => ops.crossEntropy(x(), targets(), options()),
              () => ops.crossEntropyBackward(x(), targets(), gradient()),
              () => ops.crossEntropyWithGradient(x(), targets(), { ...options(), inPlace: true }),
              () => ops.nllLoss(x(), targets(), options()),
              () => ops.nllLossBackward(x(), targets(), gradient()),
              () => ops.crossEntropyOfProbabilities(x(), targets(), options()),
            );
          }
  return specs;
}
