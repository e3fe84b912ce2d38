import fc from 'fast-check';
import * as ops from '../../../src/index.ts';
import type { Call, HostInput, Library, Op, Tensors } from '../call.ts';
import { inputsOf, looks, seldom, shapes } from '../draws.ts';
import { values } from '../values.ts';

const TINY = 1e-30;
const { relu, sigmoid, tanh, exp, log, sqrt, negate, add, subtract, multiply, divide, maximum } = ops;
const UNARY = { relu, sigmoid, tanh, exp, log, sqrt, negate };
const BINARY = { add, subtract, multiply, divide, maximum };
type Unary = keyof typeof UNARY;
type Binary = keyof typeof BINARY;
const namesOf = <Name extends string>(functions: Record<Name, unknown>) => Object.keys(functions) as Name[];

/** The low 32 bits of the exact result. */
const INTEGER: Partial<Record<string, (a: bigint, b: bigint) => bigint>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  negate: (a) => -a,
};

const floors = () => ({ y: TINY });

function unary(name: Unary): Op {
  return {
    dtype: ({ x }) => (x as HostInput).dtype,
    floors,
    run: ({ x }) => ({ y: UNARY[name](x as Tensors[string]) }),
    compute: (library, { x }) => {
      const y = library[name](x as HostInput);
      return {
        y: {
          shape: y.shape,
          data: wrapped(name, x as HostInput, y.data, (x as HostInput).data, (x as HostInput).data),
        },
      };
    },
  };
}

function binary(name: Binary): Op {
  return {
    dtype: ({ a }) => (a as HostInput).dtype,
    floors,
    run: ({ a, b }) => ({ y: BINARY[name](a as Tensors[string], b as Tensors[string]) }),
    compute: (library: Library, { a, b }) => {
      const [left, right] = [a as HostInput, b as HostInput];
      const y = library[name](left, right);
      if (left.data instanceof Float32Array) return { y };
      // Broadcast by the judge, whose numbers hold every integer of 32 bits.
      const zeros = { shape: y.shape, data: new Float64Array(y.data.length) };
      const [as, bs] = [library.where(zeros, zeros, left).data, library.where(zeros, zeros, right).data];
      return { y: { shape: y.shape, data: wrapped(name, left, y.data, as, bs) } };
    },
  };
}

function wrapped(name: string, { data }: HostInput, floats: Float64Array, a: ArrayLike<number>, b: ArrayLike<number>) {
  const f = INTEGER[name];
  if (data instanceof Float32Array || !f) return floats;
  const wrap = data instanceof Int32Array ? BigInt.asIntN : BigInt.asUintN;
  return Float64Array.from(a, (left, i) => Number(wrap(32, f(BigInt(left), BigInt(b[i] as number)))));
}

const WHERE: Op = {
  dtype: ({ a }) => (a as HostInput).dtype,
  run: ({ condition, a, b }) => ({
    y: ops.where(condition as Tensors[string], a as Tensors[string], b as Tensors[string]),
  }),
  compute: (library, { condition, a, b }) => ({
    y: library.where(condition as HostInput, a as HostInput, b as HostInput),
  }),
};

export const ELEMENTWISE: Readonly<Record<string, Op>> = {
  ...Object.fromEntries(namesOf(UNARY).map((name) => [name, unary(name)])),
  ...Object.fromEntries(namesOf(BINARY).map((name) => [name, binary(name)])),
  where: WHERE,
};

const INTEGERS = fc.constantFrom<('i32' | 'u32')[]>('i32', 'u32');

/** Each operand has of the common shape all, or 1 along some axes, or not the first axes at all. */
function operandShape(shape: readonly number[], mask: number): number[] {
  if (mask % 2) return [...shape];
  return shape.slice((mask >> 1) % (shape.length + 1)).map((length, at) => ((mask >> (3 + at)) % 2 ? 1 : length));
}

export const elementwiseCalls: fc.Arbitrary<Call> = fc
  .record({
    op: fc.constantFrom(...namesOf(UNARY), ...namesOf(BINARY), 'where'),
    look: looks,
    shape: shapes(),
    masks: fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)),
    a: values('any'),
    b: values('any'),
    c: values('any'),
    integers: seldom(INTEGERS),
    conditionType: seldom(INTEGERS),
  })
  .map(({ op, look, shape, masks, a, b, c, integers, conditionType }) => {
    const machine = look.machine;
    const takesIntegers =
      op === 'where' || op === 'maximum' || (op in INTEGER && !(op === 'negate' && integers === 'u32'));
    const dtype = takesIntegers && integers ? integers : look.dtypes[0];
    const operand = (index: number, from: typeof a) => ({
      shape: operandShape(shape, masks[index] as number),
      values: from,
      dtype,
    });
    if (op in UNARY) return { op, machine, inputs: inputsOf(look, { x: { shape, values: a, dtype } }), options: {} };
    const operands = { a: operand(0, a), b: operand(1, b) };
    if (op !== 'where') return { op, machine, inputs: inputsOf(look, operands), options: {} };
    const condition = { ...operand(2, c), dtype: conditionType ?? look.dtypes[0] };
    return { op, machine, inputs: inputsOf(look, { condition, ...operands }), options: {} };
  });
