import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/backend.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { divide } from '../../src/ops/divide.ts';
import { exp } from '../../src/ops/exp.ts';
import { log } from '../../src/ops/log.ts';
import { maximum } from '../../src/ops/maximum.ts';
import { multiply } from '../../src/ops/multiply.ts';
import { negate } from '../../src/ops/negate.ts';
import { relu } from '../../src/ops/relu.ts';
import { sigmoid } from '../../src/ops/sigmoid.ts';
import { sqrt } from '../../src/ops/sqrt.ts';
import { subtract } from '../../src/ops/subtract.ts';
import { tanh } from '../../src/ops/tanh.ts';
import { where } from '../../src/ops/where.ts';
import * as reference from '../../src/reference/index.ts';
import { openBackend } from '../support.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend();
});
afterAll(async () => {
  await backend.dispose();
});

const unary = {
  relu: { op: relu, truth: reference.relu },
  sigmoid: { op: sigmoid, truth: reference.sigmoid },
  tanh: { op: tanh, truth: reference.tanh },
  exp: { op: exp, truth: reference.exp },
  log: { op: log, truth: reference.log },
  sqrt: { op: sqrt, truth: reference.sqrt },
  negate: { op: negate, truth: reference.negate },
};
const binary = {
  add: { op: add, truth: reference.add },
  subtract: { op: subtract, truth: reference.subtract },
  multiply: { op: multiply, truth: reference.multiply },
  divide: { op: divide, truth: reference.divide },
  maximum: { op: maximum, truth: reference.maximum },
};

const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;
const SMALLEST_NORMAL = 2 ** -126;
const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, FLOAT32_MAX, -FLOAT32_MAX, 2 ** 100, -(2 ** -100)];

/** The distance in ulp of the true value. Subnormals may be flushed to 0. */
function ulps(actual: number, expected: number): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return Infinity;
  if (Math.abs(expected) < SMALLEST_NORMAL && Math.abs(actual) <= SMALLEST_NORMAL) return 0;
  return Math.abs(actual - expected) / 2 ** (Math.floor(Math.log2(Math.abs(expected))) - 23);
}

/** Evenly spaced points of a closed interval. */
function spread(low: number, high: number, count = 4001): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** Points of both signs whose magnitudes are evenly spaced on a logarithmic scale. */
function magnitudes(low: number, high: number): Float32Array<ArrayBuffer> {
  const steps = 2000;
  return Float32Array.from(
    { length: 2 * steps },
    (_, i) => (i % 2 ? -1 : 1) * low * (high / low) ** ((i >> 1) / (steps - 1)),
  );
}

async function worst(name: keyof typeof unary, data: Float32Array<ArrayBuffer>): Promise<number> {
  using x = backend.tensor(data);
  using y = unary[name].op(x);
  const actual = await y.data();
  const expected = unary[name].truth({ shape: [data.length], data });
  let error = 0;
  for (let i = 0; i < data.length; i++) error = Math.max(error, ulps(actual[i]!, expected.data[i]!));
  return error;
}

describe('a function', () => {
  test.each([
    ['exp', spread(-87, 88.7228), 2],
    ['exp', magnitudes(1e-30, 1), 2],
    ['log', spread(0.5, 2), 2],
    ['log', magnitudes(SMALLEST_NORMAL, 1).map(Math.abs), 2],
    ['log', magnitudes(1, 3e38).map(Math.abs), 2],
    ['sigmoid', spread(-87, 20), 4],
    ['sigmoid', magnitudes(1e-30, 10), 4],
    ['tanh', spread(-10, 10), 4],
    ['tanh', magnitudes(1e-30, 10), 4],
    ['sqrt', magnitudes(SMALLEST_NORMAL, 3e38).map(Math.abs), 2],
    ['relu', spread(-2, 2), 0],
    ['negate', spread(-2, 2), 0],
  ] as const)('%s is accurate to a few ulp', async (name, data, allowed) => {
    expect(await worst(name, data)).toBeLessThanOrEqual(allowed);
  });

  test.each(Object.keys(unary) as (keyof typeof unary)[])(
    '%s of NaN, infinities and zeros follows IEEE 754',
    async (name) => {
      const data = Float32Array.from([NaN, Infinity, -Infinity, 0, -0, 1, -1, FLOAT32_MAX, -FLOAT32_MAX]);
      using x = backend.tensor(data);
      using y = unary[name].op(x);
      const expected = unary[name].truth({ shape: [data.length], data }).data;
      for (const [i, value] of (await y.data()).entries()) {
        const error = ulps(value, Math.fround(expected[i]!));
        expect(Number.isNaN(expected[i]!) ? Number.isNaN(value) : error < 4, `${name}(${data[i]}) = ${value}`).toBe(
          true,
        );
      }
    },
  );

  test('exp overflows to infinity past its last finite value, and exp(0) is exactly 1', async () => {
    using x = backend.tensor([88.72283172607422, 88.7228393, 89, 1000, 0, -104, -1e30]);
    using y = exp(x);
    const [last, ...rest] = await y.data();
    expect(last! / Math.exp(88.72283172607422)).toBeCloseTo(1, 5);
    expect(rest).toEqual([Infinity, Infinity, Infinity, 1, 0, 0]);
  });

  test('sigmoid and tanh saturate exactly', async () => {
    using x = backend.tensor([-1e30, -200, 18, 1e30]);
    using s = sigmoid(x);
    expect([...(await s.data())]).toEqual([0, 0, 1, 1]);
    using t = tanh(x);
    expect([...(await t.data())]).toEqual([-1, -1, 1, 1]);
  });

  test('tanh(x) = x for tiny x', async () => {
    using x = backend.tensor([1e-10, -1e-30, 1e-4]);
    using y = tanh(x);
    expect(await y.data()).toEqual(Float32Array.of(1e-10, -1e-30, 1e-4));
  });

  test('only negate takes integers, of dtype i32', async () => {
    using x = backend.tensor(Int32Array.of(5, -7, 0));
    using y = negate(x);
    expect(await y.data()).toEqual(Int32Array.of(-5, 7, 0));
    expect(() => relu(x)).toThrow('relu: x is i32, expected f32');
    expect(() => negate(backend.tensor(Uint32Array.of(1)))).toThrow('negate: x is u32, expected f32 or f16 or i32');
  });
});

describe('two operands', () => {
  test.each(Object.keys(binary) as (keyof typeof binary)[])(
    '%s of every pair of special values follows IEEE 754',
    async (name) => {
      const n = SPECIAL.length;
      using a = backend.tensor(SPECIAL, [n, 1]);
      using b = backend.tensor(SPECIAL, [1, n]);
      using y = binary[name].op(a, b);
      const single = { shape: [n, 1], data: SPECIAL.map(Math.fround) };
      const expected = binary[name].truth(single, { ...single, shape: [1, n] }).data;
      for (const [i, value] of (await y.data()).entries()) {
        const [left, right] = [SPECIAL[Math.floor(i / n)], SPECIAL[i % n]];
        const wanted = Math.fround(expected[i]!);
        expect(
          Number.isNaN(wanted) ? Number.isNaN(value) : ulps(value, wanted) <= 2,
          `${name}(${left}, ${right}) = ${value}, not ${wanted}`,
        ).toBe(true);
      }
    },
  );

  test.each([
    [[5], [5]],
    [
      [2, 3],
      [2, 3],
    ],
    [[1001], []],
    [[], [1001]],
    [[], []],
    [[1], [2, 3]],
    [[128, 10], [10]],
    [[16, 12], [12]],
    [[12], [16, 12]],
    [
      [16, 12],
      [16, 1],
    ],
    [
      [7, 1],
      [1, 5],
    ],
    [
      [2, 3, 4, 5],
      [3, 1, 5],
    ],
    [
      [2, 1, 4, 1],
      [1, 3, 1, 5],
    ],
    [
      [2, 3, 4],
      [2, 1, 4],
    ],
    [
      [2, 1, 2, 1, 2, 1, 2, 1],
      [1, 2, 1, 2, 1, 2, 1, 2],
    ],
    [[0, 3], [3]],
    [
      [4, 0],
      [1, 1],
    ],
  ])('broadcast %j with %j as in numpy', async (shapeA, shapeB) => {
    const fill = (shape: number[], step: number) => ({
      shape,
      data: Float32Array.from({ length: shape.reduce((x, y) => x * y, 1) }, (_, i) => step * (i + 1)),
    });
    const [left, right] = [fill(shapeA, 1), fill(shapeB, 1000)];
    using a = backend.tensor(left.data, shapeA);
    using b = backend.tensor(right.data, shapeB);
    using y = subtract(a, b);
    const expected = reference.subtract(left, right);
    expect(y.shape).toEqual(expected.shape);
    expect(await y.data()).toEqual(Float32Array.from(expected.data));
  });

  test('that are integers wrap around, signed and unsigned', async () => {
    const data = [5, -3, 2 ** 31 - 1, -(2 ** 31), 70_000];
    using a = backend.tensor(Int32Array.from(data));
    using b = backend.tensor(Int32Array.from([2, 4, 1, -1, 70_000]));
    const results = await Promise.all([add, subtract, multiply, maximum].map((op) => op(a, b).data()));
    expect(results).toEqual([
      Int32Array.of(7, 1, -(2 ** 31), 2 ** 31 - 1, 140_000),
      Int32Array.of(3, -7, 2 ** 31 - 2, -(2 ** 31) + 1, 0),
      Int32Array.of(10, -12, 2 ** 31 - 1, -(2 ** 31), (70_000 * 70_000) | 0),
      Int32Array.of(5, 4, 2 ** 31 - 1, -1, 70_000),
    ]);
    using u = backend.tensor(Uint32Array.of(2 ** 32 - 1, 3));
    using one = backend.tensor(Uint32Array.of(1));
    using wrapped = add(u, one);
    expect(await wrapped.data()).toEqual(Uint32Array.of(0, 4));
    using larger = maximum(u, one);
    expect(await larger.data()).toEqual(Uint32Array.of(2 ** 32 - 1, 3));
  });

  test('may be views at any offset, and may be the same tensor', async () => {
    using all = backend.tensor(spread(0, 100, 101));
    using a = all.view(1, [4, 8]);
    using b = all.view(50, [8]);
    using y = add(a, b);
    expect(await y.data()).toEqual(Float32Array.from({ length: 32 }, (_, i) => i + 1 + 50 + (i % 8)));
    using square = multiply(a, a);
    expect((await square.data())[31]).toBe(32 * 32);
  });

  test('of mismatched shapes or dtypes are rejected by name', () => {
    using a = backend.zeros([3, 5]);
    using b = backend.zeros([4]);
    using i = backend.zeros([5], 'i32');
    expect(() => add(a, b)).toThrow('add: b is [4], which does not broadcast with a [3, 5]');
    expect(() => add(a, i)).toThrow('add: b is i32, expected f32 like a');
    expect(() => divide(i, i)).toThrow('divide: a is i32, expected f32');
    expect(() => add(a, 3 as unknown as Tensor)).toThrow('add: b is number, expected a tensor');
    b.dispose();
    expect(() => add(a, b)).toThrow('add: b [4] was disposed of');
    const shape = [2, 2, 2, 2, 2, 2, 2, 2, 2];
    const other = (parity: number) => shape.map((length, axis) => (axis % 2 === parity ? length : 1));
    using even = backend.zeros(other(0));
    using odd = backend.zeros(other(1));
    expect(() => add(even, odd)).toThrow(
      `add: [${shape.join(', ')}] has 9 axes that cannot be merged, expected at most 8`,
    );
  });
});

describe('where', () => {
  test('selects a where a condition of any dtype is not 0; all three operands broadcast', async () => {
    using a = backend.tensor([[1], [2]]);
    using b = backend.tensor([10, 20, 30, 40]);
    for (const condition of [
      Float32Array.of(1, 0, -0, NaN),
      Int32Array.of(-1, 0, 0, 7),
      Uint32Array.of(2 ** 31, 0, 0, 1),
    ]) {
      using c = backend.tensor(condition);
      using y = where(c, a, b);
      expect([...(await y.data())]).toEqual([1, 20, 30, 1, 2, 20, 30, 2]);
    }
  });

  test('keeps every bit, and the known bounds of integers', async () => {
    const bits = Uint32Array.of(0x7fc12345, 0xff800001, 1, 0x80000000);
    using a = backend.tensor(new Float32Array(bits.buffer));
    using b = backend.tensor(new Float32Array(4));
    using c = backend.tensor(Uint32Array.of(1));
    using y = where(c, a, b);
    expect(new Uint32Array((await y.data()).buffer)).toEqual(bits);
    using labels = backend.tensor(Int32Array.of(3, 9));
    using other = backend.tensor(Int32Array.of(-1, 4));
    using chosen = where(backend.tensor(Uint32Array.of(0, 1)), labels, other);
    expect(chosen.hostRange).toMatchObject({ min: -1, max: 9, exact: false });
  });

  test('rejects mismatched operands by name', () => {
    using c = backend.zeros([2]);
    using a = backend.zeros([3]);
    using i = backend.zeros([3], 'i32');
    expect(() => where(c, a, a)).toThrow('where: a is [3], which does not broadcast with condition [2]');
    expect(() => where(a, a, i)).toThrow('where: b is i32, expected f32 like a');
  });
});

test('elementwise functions allocate nothing but their result', () => {
  using x = backend.zeros([10, 10]);
  using row = backend.zeros([10]);
  const before = backend.memory().liveBytes;
  for (const { op } of Object.values(unary)) op(x).dispose();
  for (const { op } of Object.values(binary)) op(x, row).dispose();
  expect(backend.memory().liveBytes).toBe(before);
});
