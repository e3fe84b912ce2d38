import type { Shape } from '../../core/data.ts';
import { resolveAxis } from '../../ops/check.ts';
import { broadcastTo } from '../../ops/copy.ts';
import { divide } from '../../ops/divide.ts';
import { type MatmulOptions, matmul } from '../../ops/matmul.ts';
import { multiply } from '../../ops/multiply.ts';
import { type ReduceOptions, sum } from '../../ops/reduce.ts';
import { subtract } from '../../ops/subtract.ts';
import { where } from '../../ops/where.ts';
import { nothing, ofOne, type Rule, scalarLike } from './rule.ts';

/** Sums and what is made of them: reductions and matrix products. */
export const SUMS: Readonly<Record<string, Rule>> = {
  sum: ofOne(nothing, (dy, _, { inputs: { x }, options }) => ({
    x: broadcastTo('sum', dy.reshape(keptShape(x.shape, options)), x.shape),
  })),
  mean: ofOne(nothing, (dy, _, { inputs: { x }, options }) => {
    const share = multiply(dy, scalarLike(dy, dy.size / Math.max(x.size, 1)));
    return { x: broadcastTo('mean', share.reshape(keptShape(x.shape, options)), x.shape) };
  }),
  // All that are as large share evenly.
  max: ofOne(
    ({ x, y }) => ({ x, y }),
    (dy, { x, y }, { options }) => {
      const shape = keptShape(x.shape, options);
      const [none, one] = [scalarLike(dy, 0), scalarLike(dy, 1)];
      const below = subtract(x, y.reshape(shape));
      const ties = sum(where(below, none, one), { ...options, keepDims: true });
      return { x: where(below, none, divide(dy.reshape(shape), ties)) };
    },
  ),
  matmul: ofOne(
    ({ a, b }) => ({ a, b }),
    (dy, { a, b }, { options, wants }) => {
      const { transposeA = false, transposeB = false } = options as MatmulOptions;
      const ofA = () =>
        transposeA
          ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
          : matmul(dy, b, { transposeB: !transposeB });
      const ofB = () =>
        transposeB
          ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
          : matmul(a, dy, { transposeA: !transposeA });
      return { a: wants('a') ? ofA() : undefined, b: wants('b') ? ofB() : undefined };
    },
  ),
};

/** A shape with its folded axes of length 1. */
function keptShape(shape: Shape, { axis }: ReduceOptions): Shape {
  const folded =
    axis === undefined ? undefined : [axis].flat().map((at) => resolveAxis('valueAndGrad', at, shape.length));
  return shape.map((length, at) => (folded === undefined || folded.includes(at) ? 1 : length));
}
