import { OPTION_LAYOUTS } from '../../src/conformance/inputs/batches.ts';
import { FLOAT_TYPES } from '../../src/conformance/suite/half.ts';
import { representativeBatches } from '../../src/conformance/suite/representatives.ts';
import type { DType, Shape } from '../../src/core/data.ts';
import type { Activation } from '../../src/index.ts';
import * as ops from '../../src/index.ts';
import type { Machine } from '../../src/plan/machine.ts';
import { sizesOf } from '../../src/plan/rows.ts';
import type { Make, Spec } from './losses.ts';

/** Every way to walk channels in both dtypes, aligned or not; on a shape of each layout with each of γ, β and relu or without. */
export function batchNormVariants(machine: Machine, aligned: Make, unaligned: Make): Spec[] {
  return FLOAT_TYPES.flatMap((dtype) => {
    const sizes = sizesOf([dtype === 'f16' ? 2 : 4]);
    return [
      ...representativeBatches(machine, sizes).flatMap(({ outer, channels, inner }) =>
        specsOf(aligned, dtype, inner === 1 ? [outer, channels] : [outer, channels, inner]),
      ),
      ...specsOf(unaligned, dtype, [4, 8, 144]),
      ...OPTION_LAYOUTS.flatMap(([shape, channelAxis]) =>
        ACTIVATIONS.flatMap((activation) =>
          AFFINE.flatMap((affine) => specsOf(aligned, dtype, shape, { channelAxis, affine, activation })),
        ),
      ),
    ];
  });
}

const AFFINE = [[], ['gamma'], ['beta'], ['gamma', 'beta']];
const ACTIVATIONS = ['none', 'relu'] as const;
const USUAL: Told = { channelAxis: 1, affine: ['gamma', 'beta'], activation: 'none' };

interface Told {
  readonly channelAxis: number;
  readonly affine: readonly string[];
  readonly activation: Activation;
}

function specsOf(make: Make, dtype: DType, shape: Shape, { channelAxis, affine, activation } = USUAL): Spec[] {
  const x = () => make(shape, dtype);
  const perChannel = () => make([shape.at(channelAxis) as number], dtype);
  const own = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, perChannel()]));
  return [
    () => {
      const xs = x();
      const common = { channelAxis, activation, ...own(affine) };
      const { saved } = ops.batchNormTrain(xs, { ...common, runningMean: perChannel() });
      ops.batchNormBackward(xs, x(), saved, common);
    },
    // Statistics for themselves, and y by those that are given: training holds what fits on chip.
    () => {
      const xs = x();
      ops.batchNormTrain(xs, {
        channelAxis,
        activation,
        ...own(affine),
        stats: ops.batchNormStats(xs, { channelAxis }),
      });
    },
    () => {
      const statistics = { mean: perChannel(), variance: perChannel() };
      ops.batchNormInference(x(), { channelAxis, activation, ...statistics, ...own(affine) });
    },
  ];
}
