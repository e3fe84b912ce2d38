import type { Shape } from '../core/data.ts';
import type { Arithmetic } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { add } from '../ops/add.ts';
import { sameShape } from '../ops/check.ts';
import { divide } from '../ops/divide.ts';
import { exp } from '../ops/exp.ts';
import { multiply } from '../ops/multiply.ts';
import { negate } from '../ops/negate.ts';
import { subtract } from '../ops/subtract.ts';
import { sum } from '../ops/sum.ts';
import { where } from '../ops/where.ts';

/** What backward passes are made of, of the ops that an app with gradients carries anyway. */
export const ARITHMETIC: Arithmetic<Tensor> = { add, subtract, multiply, divide, negate, exp, where, sum, sumTo };

function sumTo(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const missing = gradient.rank - shape.length;
  const repeated = gradient.shape.flatMap((length, axis) => {
    const own = axis < missing ? undefined : shape[axis - missing];
    return own === undefined || (own === 1 && length !== 1) ? [axis] : [];
  });
  return (repeated.length === 0 ? gradient : sum(gradient, { axis: repeated })).reshape(shape);
}
