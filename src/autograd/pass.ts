import type { DType, Shape } from '../core/data.ts';
import { GradfoldError } from '../core/errors.ts';
import { type Pass, record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { add } from '../ops/add.ts';
import { resolveAxis, sameShape } from '../ops/check.ts';
import { broadcastTo } from '../ops/copy.ts';
import { exp } from '../ops/exp.ts';
import { multiply } from '../ops/multiply.ts';
import { negate } from '../ops/negate.ts';
import { subtract } from '../ops/subtract.ts';
import { sum } from '../ops/sum.ts';
import { where } from '../ops/where.ts';

/** The backward pass through one call of `op`. */
export function passOf(op: string, own: Pick<Pass<Tensor>, 'wants' | 'isOne' | 'through'>): Pass<Tensor> {
  return {
    ...own,
    ...{ add, subtract, multiply, negate, exp, where, sum, sumTo, unreduced },
    refuse: (...inputs) => {
      const input = inputs.find(own.wants);
      if (input) throw new GradfoldError(`valueAndGrad: ${op} has no gradient with respect to ${input}`);
    },
    repeatTo: (gradient, shape) => repeatTo(op, gradient, shape),
    inF32: (x) => inDType(x, 'f32'),
    scalarLike: ({ backend, dtype }, value) => backend.full([], value, dtype),
  };
}

/** A tensor converted to a dtype, or the tensor itself if it has that dtype. */
export function inDType(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : x.cast(dtype);
}

function sumTo(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const missing = gradient.rank - shape.length;
  const repeated = gradient.shape.flatMap((length, axis) => {
    const own = axis < missing ? undefined : shape[axis - missing];
    return own === undefined || (own === 1 && length !== 1) ? [axis] : [];
  });
  return (repeated.length === 0 ? gradient : sum(gradient, { axis: repeated })).reshape(shape);
}

function repeatTo(op: string, gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  return record('broadcastTo', { x: gradient }, broadcastTo(op, gradient, shape), {
    back: (dy, _, pass) => ({ x: pass.sumTo(dy, gradient.shape) }),
  });
}

function unreduced(x: Tensor, shape: Shape, axis?: number | readonly number[]): Tensor {
  const reduced =
    axis === undefined ? undefined : [axis].flat().map((at) => resolveAxis('valueAndGrad', at, shape.length));
  return x.reshape(shape.map((length, at) => (reduced === undefined || reduced.includes(at) ? 1 : length)));
}
