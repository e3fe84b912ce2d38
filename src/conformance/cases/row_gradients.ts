import * as ops from '../../index.ts';
import * as reference from '../../reference/index.ts';
import { type Case, defineCase, once } from '../suite/case.ts';
import { type Floats, floats, map, normal, rowsIn } from '../suite/data.ts';
import { as, type FloatType } from '../suite/half.ts';
import { OWN_PLAN } from '../suite/plans.ts';
import { type RowInput, SPECIAL_INPUTS } from './row_inputs.ts';
import { commonOf } from './rows.ts';

interface Pair {
  /** What the forward op gave, as it is stored. */
  readonly y: Floats;
  readonly dy: Floats;
}

type GradientInput = RowInput & { readonly pair: () => Pair };

/** Σ over the row that element i is in. */
function rowSums({ shape, axis }: RowInput, size: number, term: (i: number) => number): (i: number) => number {
  const { rows, rowOf } = rowsIn(shape, axis);
  const sums = new Float64Array(rows);
  for (let i = 0; i < size; i++) sums[rowOf(i)]! += term(i);
  return (i) => sums[rowOf(i)] as number;
}

function softmaxBackward(input: GradientInput): Case {
  const { pair, axis } = input;
  return defineCase({
    ...commonOf(input, 'dx'),
    op: 'softmaxBackward',
    run: (upload) => ({ dx: ops.softmaxBackward(upload(pair().y), upload(pair().dy), { axis }) }),
    compute: (library) => ({ dx: library.softmaxBackward(pair().y, pair().dy, { axis }) }),
    // dx = y·(dy - Σ y·dy): the terms of the difference, which may cancel.
    floors: () => {
      const { y, dy } = pair();
      const dots = rowSums(input, y.data.length, (i) => Math.abs(y.data[i]! * dy.data[i]!));
      return {
        dx: Float64Array.from(y.data, (p, i) => Math.max(1e-30, Math.abs(p) * (Math.abs(dy.data[i]!) + dots(i)))),
      };
    },
  });
}

function logSoftmaxBackward(input: GradientInput): Case {
  const { pair, axis } = input;
  return defineCase({
    ...commonOf(input, 'dx'),
    op: 'logSoftmaxBackward',
    run: (upload) => ({ dx: ops.logSoftmaxBackward(upload(pair().y), upload(pair().dy), { axis }) }),
    compute: (library) => ({ dx: library.logSoftmaxBackward(pair().y, pair().dy, { axis }) }),
    // dx = dy - exp(y)·Σdy: the terms of the difference, the sum by the sizes of its own.
    floors: () => {
      const { y, dy } = pair();
      const sums = rowSums(input, y.data.length, (i) => Math.abs(dy.data[i]!));
      return {
        dx: Float64Array.from(y.data, (logP, i) => Math.max(1e-30, Math.abs(dy.data[i]!) + Math.exp(logP) * sums(i))),
      };
    },
  });
}

/** Both gradients, y being the forward ops' of the input; dy may be of another dtype. */
function gradients(input: RowInput, dy: () => Floats, ofDy: FloatType = input.dtype): Case[] {
  const { x, axis, dtype } = input;
  const name = ofDy === dtype ? input.name : `${input.name}, dy ${ofDy}`;
  const pairWith = (forward: typeof reference.softmax) =>
    once(() => {
      const y = forward(x(), { axis });
      const stored = floats(input.shape, (i) => y.data[i] as number);
      return { y: as(dtype, stored) as Floats, dy: as(ofDy, dy()) as Floats };
    });
  return [
    softmaxBackward({ ...input, name, pair: pairWith(reference.softmax) }),
    logSoftmaxBackward({ ...input, name, pair: pairWith(reference.logSoftmax) }),
  ];
}

/** The gradients of softmax and log-softmax. */
export function rowGradientCases(rows: readonly RowInput[], mixedInputs: readonly RowInput[]): Case[] {
  const usual = ({ name, shape }: RowInput) => once(() => normal(`${name} dy`, shape));
  return [
    ...rows.filter(({ ordinary }) => ordinary).flatMap((input) => gradients(input, usual(input))),
    ...mixedInputs.flatMap((input) => gradients(input, usual(input), input.dtype === 'f32' ? 'f16' : 'f32')),
    ...SPECIAL_INPUTS.flatMap((input) => gradients(input, specialDy(input))),
    // Gradients at the ends of what f16 holds.
    ...SPECIAL_INPUTS.filter(({ dtype }) => dtype === 'f16').flatMap((input) =>
      gradients({ ...input, name: `${input.name}, large dy`, plans: OWN_PLAN, quick: false }, largeDy(input)),
    ),
  ];
}

/** Rows that have no softmax have no gradient; a NaN in dy is its row's alone; -inf in y is a probability of 0. */
function specialDy({ name, shape, axis }: RowInput): () => Floats {
  return once(() => {
    const usual = normal(`${name} dy`, shape);
    const { rows, rowOf, columnOf } = rowsIn(shape, axis);
    // In the second half, whose rows are those of the first again, the usual row's dy is NaN at one place.
    return map(usual, (value, i) => (rowOf(i) === rows / 2 && columnOf(i) === 11 ? Number.NaN : value));
  });
}

/** ±65,504, subnormals, and what is between: a softmax's gradient stays in range, a log-softmax's need not. */
function largeDy({ name, shape }: RowInput): () => Floats {
  return once(() =>
    map(normal(`${name} large dy`, shape), (value, i) => [65504, -65504, 3 * 2 ** -24][i % 4] ?? value),
  );
}
