import { describe, expect, test } from 'vitest';
import { add, matmul, multiply, type Tensor, where } from '../src/node.ts';
import { DEFAULT_MACHINE } from '../src/plan/machine.ts';
import { slabsOf } from '../src/plan/slabs.ts';
import { sameBits, uniform, useBackend } from './support.ts';

const backend = useBackend();

/** The op as it is, and with bindings so small that it takes several slabs: the same bits. */
async function inSlabs(op: () => Tensor, maxBindingBytes: number) {
  const whole = await op().data();
  const own = backend().runtime.machine;
  backend().runtime.machine = { ...own, maxBindingBytes };
  try {
    expect(sameBits(await op().data(), whole)).toBe(true);
  } finally {
    backend().runtime.machine = own;
  }
}

test('slabs cover every row once, and start at multiples of four', () => {
  const slabs = slabsOf('add', { ...DEFAULT_MACHINE, maxBindingBytes: 4096 }, 103, [30]);
  expect(slabs.map(({ first }) => first)).toEqual([0, 32, 64, 96]);
  expect(slabs.reduce((sum, { rows }) => sum + rows, 0)).toBe(103);
});

describe('above the binding limit', () => {
  test('broadcasting goes in slabs of the first axis', async () => {
    const x = backend().tensor(uniform(103 * 31), [103, 31]);
    const row = backend().tensor(uniform(31, -1, 1, 2));
    const column = backend().tensor(uniform(103, -1, 1, 3), [103, 1]);
    await inSlabs(() => add(x, row), 4096);
    await inSlabs(() => multiply(column, x), 4096);
    await inSlabs(() => where(row, x, column), 4096);
  });

  test('a matrix product goes in slabs of its rows', async () => {
    const a = backend().tensor(uniform(203 * 37), [203, 37]);
    const b = backend().tensor(uniform(37 * 11, -1, 1, 2), [37, 11]);
    await inSlabs(() => matmul(a, b), 8192);
  });

  test('what cannot be cut so is refused by its public name', () => {
    const own = backend().runtime.machine;
    backend().runtime.machine = { ...own, maxBindingBytes: 4096 };
    try {
      const [a, b] = [backend().zeros([64, 64]), backend().zeros([64, 64])];
      expect(() => matmul(a, b)).toThrow(
        'matmul: b takes 16384 bytes in one binding, and this adapter binds at most 4096',
      );
    } finally {
      backend().runtime.machine = own;
    }
  });
});
