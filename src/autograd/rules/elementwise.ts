import type { Tensors } from '../../core/recorder.ts';
import type { Tensor } from '../../core/tensor.ts';
import { add } from '../../ops/add.ts';
import { divide } from '../../ops/divide.ts';
import { type DropoutOptions, dropout } from '../../ops/dropout.ts';
import { multiply } from '../../ops/multiply.ts';
import { negate } from '../../ops/negate.ts';
import { relu, reluBackward } from '../../ops/relu.ts';
import { sigmoidBackward } from '../../ops/sigmoid.ts';
import { subtract } from '../../ops/subtract.ts';
import { tanh, tanhBackward } from '../../ops/tanh.ts';
import { where } from '../../ops/where.ts';
import { argument, type Kept, nothing, ofOne, type Rule, result, scalarLike, unbroadcast } from './rule.ts';

const slope = ({ x, dy }: Kept): Tensors => ({ x, dy });

/** Functions of entries. What broadcast is summed again. */
export const ELEMENTWISE: Readonly<Record<string, Rule>> = {
  add: ofOne(nothing, (dy, _, { inputs: { a, b } }) => ({ a: unbroadcast(dy, a.shape), b: unbroadcast(dy, b.shape) })),
  subtract: ofOne(nothing, (dy, _, { inputs: { a, b }, wants }) => ({
    a: unbroadcast(dy, a.shape),
    b: wants('b') ? negate(unbroadcast(dy, b.shape)) : undefined,
  })),
  multiply: ofOne(
    ({ a, b }) => ({ a, b }),
    (dy, { a, b }, { wants }) => ({
      a: wants('a') ? unbroadcast(multiply(dy, b), a.shape) : undefined,
      b: wants('b') ? unbroadcast(multiply(dy, a), b.shape) : undefined,
    }),
  ),
  divide: ofOne(
    ({ b, y }) => ({ b, y }),
    (dy, { b, y }, { inputs, wants }) => {
      const da = divide(dy, b);
      return {
        a: unbroadcast(da, inputs.a.shape),
        b: wants('b') ? negate(unbroadcast(multiply(da, y), b.shape)) : undefined,
      };
    },
  ),
  // Where both are equal, all goes to b.
  maximum: ofOne(
    ({ a, b }) => ({ a, b }),
    (dy, { a, b }) => chosen(relu(subtract(a, b)), dy, a, b),
  ),
  where: ofOne(
    (_, { condition }) => ({ condition: condition as Tensor }),
    (dy, { condition }, { inputs: { a, b } }) => chosen(condition, dy, a, b),
  ),
  relu: ofOne(result, (dy, { y }) => ({ x: reluBackward(y, dy) })),
  reluBackward: ofOne(
    ({ y }) => ({ y }),
    (g, { y }) => ({ dy: reluBackward(y, g) }),
  ),
  sigmoid: ofOne(argument, (dy, { x }) => ({ x: sigmoidBackward(x, dy) })),
  tanh: ofOne(argument, (dy, { x }) => ({ x: tanhBackward(x, dy) })),
  // σ'' = -σ'·tanh(x/2), tanh'' = -2·tanh'·tanh
  sigmoidBackward: ofOne(slope, (g, { x, dy }, { wants }) => ({
    dy: sigmoidBackward(x, g),
    x: wants('x')
      ? negate(multiply(sigmoidBackward(x, multiply(g, dy)), tanh(multiply(x, scalarLike(x, 0.5)))))
      : undefined,
  })),
  tanhBackward: ofOne(slope, (g, { x, dy }, { wants }) => ({
    dy: tanhBackward(x, g),
    x: wants('x') ? multiply(tanhBackward(x, multiply(g, dy)), multiply(tanh(x), scalarLike(x, -2))) : undefined,
  })),
  // What was dropped stays so: the same words are drawn again.
  dropout: ofOne(nothing, (dy, _, { options }) => ({ x: dropout(dy, options as unknown as DropoutOptions) })),
  exp: ofOne(result, (dy, { y }) => ({ x: multiply(dy, y) })),
  log: ofOne(argument, (dy, { x }) => ({ x: divide(dy, x) })),
  sqrt: ofOne(result, (dy, { y }) => ({ x: divide(dy, add(y, y)) })),
  negate: ofOne(nothing, (dy) => ({ x: negate(dy) })),
};

/** What goes back through `where(condition, a, b)`. */
function chosen(condition: Tensor, dy: Tensor, a: Tensor, b: Tensor): Tensors {
  const none = scalarLike(dy, 0);
  return {
    a: unbroadcast(where(condition, dy, none), a.shape),
    b: unbroadcast(where(condition, none, dy), b.shape),
  };
}
