import type { DType, Shape } from '../../data.ts';
import * as ops from '../../index.ts';
import type { Machine } from '../../plan/machine.ts';
import { representativeBatches } from '../../plan/representatives.ts';
import { sizesOf } from '../../plan/rows.ts';
import { OPTION_LAYOUTS } from '../check/cases/batch_norm_inputs.ts';
import { FLOAT_TYPES } from '../check/half.ts';
import type { Make, Spec } from './losses.ts';

/** Every way to walk channels in both dtypes, aligned or not; on a shape of each layout with each of γ and β or without. */
export function batchNormVariants(machine: Machine, aligned: Make, unaligned: Make): Spec[] {
  return FLOAT_TYPES.flatMap((dtype) => {
    const sizes = sizesOf([dtype === 'f16' ? 2 : 4]);
    return [
      ...representativeBatches(machine, sizes).flatMap(({ outer, channels, inner }) =>
        specsOf(aligned, dtype, inner === 1 ? [outer, channels] : [outer, channels, inner]),
      ),
      ...specsOf(unaligned, dtype, [4, 8, 144]),
      ...OPTION_LAYOUTS.flatMap(([shape, channelAxis]) =>
        AFFINE.flatMap((affine) => specsOf(aligned, dtype, shape, { channelAxis, affine })),
      ),
    ];
  });
}

const AFFINE = [[], ['gamma'], ['beta'], ['gamma', 'beta']];
const USUAL = { channelAxis: 1, affine: ['gamma', 'beta'] };

function specsOf(make: Make, dtype: DType, shape: Shape, { channelAxis, affine } = USUAL): Spec[] {
  const x = () => make(shape, dtype);
  const perChannel = () => make([shape.at(channelAxis) as number], dtype);
  const own = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, perChannel()]));
  const withGamma = affine.filter((name) => name === 'gamma');
  return [
    () => {
      const xs = x();
      const { saved } = ops.batchNormTrain(xs, { channelAxis, ...own(affine), runningMean: perChannel() });
      ops.batchNormBackward(xs, x(), saved, { channelAxis, ...own(withGamma) });
    },
    () => ops.batchNormInference(x(), { channelAxis, mean: perChannel(), variance: perChannel(), ...own(affine) }),
  ];
}
