import type { Shape } from '../core/data.ts';
import { GradfoldError } from '../core/errors.ts';
import { type Arithmetic, type Pass, record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { resolveAxis, sameShape } from './check.ts';
import { broadcastTo } from './copy.ts';
import type { ReduceOptions } from './reduce.ts';

// What the backward passes of several ops do.

/** A tensor in f32. */
export function inF32(tensor: Tensor): Tensor {
  return tensor.dtype === 'f32' ? tensor : tensor.cast('f32');
}

/** A number as a scalar of the dtype of `x`. */
export function scalarLike({ backend, dtype }: Tensor, value: number): Tensor {
  return backend.full([], value, dtype);
}

/** What there is one of for each row along an axis of `shape`, in a shape that broadcasts to it. */
export function alongAxis(x: Tensor, shape: Shape, axis: number): Tensor {
  const at = resolveAxis('valueAndGrad', axis, shape.length);
  return x.reshape(shape.map((length, own) => (own === at ? 1 : length)));
}

/** A shape with its reduced axes of length 1. */
export function keptShape(shape: Shape, { axis }: ReduceOptions): Shape {
  const reduced =
    axis === undefined ? undefined : [axis].flat().map((at) => resolveAxis('valueAndGrad', at, shape.length));
  return shape.map((length, at) => (reduced === undefined || reduced.includes(at) ? 1 : length));
}

/** A gradient repeated to `shape`, to which it broadcasts: the reverse of `sumTo`. */
export function repeatTo(op: string, gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  return record('broadcastTo', { x: gradient }, broadcastTo(op, gradient, shape), {
    back: (dy, _, { sumTo }) => ({ x: sumTo(dy, gradient.shape) }),
  });
}

/** The gradients of `where(condition, a, b)`. */
export function chosen(
  condition: Tensor,
  dy: Tensor,
  a: Tensor,
  b: Tensor,
  { where, sumTo }: Arithmetic<Tensor>,
): { a: Tensor; b: Tensor } {
  const none = scalarLike(dy, 0);
  return { a: sumTo(where(condition, dy, none), a.shape), b: sumTo(where(condition, none, dy), b.shape) };
}

/** @throws GradfoldError where a gradient is asked for that an op does not have */
export function refuse<Name extends string>(
  op: string,
  { wants }: Pick<Pass<Tensor, Name>, 'wants'>,
  ...names: readonly Name[]
): void {
  for (const name of names)
    if (wants(name)) throw new GradfoldError(`valueAndGrad: ${op} has no gradient with respect to ${name}`);
}
