import { describe, expect, test } from 'vitest';
import { dropout, multiply, sum, type Tensor, valueAndGrad } from '../../src/index.ts';
import { philox } from '../../src/random/philox.ts';
import * as reference from '../../src/reference/index.ts';
import { uniform, useBackend } from '../support.ts';

const backend = useBackend();

test.each([
  // The known-answer vectors of Random123.
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const)('Philox4x32-10 of %j with key %j is %j', (counter, key, words) => {
  expect(philox(counter, key)).toEqual(words);
});

describe('dropout', () => {
  const x = uniform(10_001, 1, 2);
  const dropped = async (options: Parameters<typeof dropout>[1]) =>
    dropout(backend().tensor(x), options).data() as Promise<Float32Array>;

  test('drops the elements that the reference drops, and divides the others by 1 - rate', async () => {
    const options = { rate: 0.3, seed: 2 ** 40 + 5, step: 2 ** 35 + 1, stream: 7 };
    const expected = reference.dropout({ shape: [x.length], data: x }, options).data;
    for (const [i, value] of (await dropped(options)).entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
  });

  test('drops a share of the elements equal to the rate', async () => {
    for (const rate of [0.1, 0.5, 0.9]) {
      const gone = (await dropped({ rate, seed: 3 })).filter((value) => value === 0).length;
      const deviation = Math.sqrt(x.length * rate * (1 - rate));
      expect(Math.abs(gone - x.length * rate)).toBeLessThan(4 * deviation);
    }
    expect(await dropped({ rate: 0, seed: 3 })).toEqual(x);
  });

  test('the same seed, step and stream drop the same elements; any other drops independent ones', async () => {
    const once = await dropped({ rate: 0.5, seed: 1, step: 4 });
    expect(await dropped({ rate: 0.5, seed: 1, step: 4 })).toEqual(once);
    for (const other of [
      { seed: 2, step: 4 },
      { seed: 1, step: 5 },
      { seed: 1, step: 4, stream: 1 },
    ]) {
      const values = await dropped({ rate: 0.5, ...other });
      const alike = values.filter((value, i) => (value === 0) === (once[i] === 0)).length;
      expect(Math.abs(alike - x.length / 2)).toBeLessThan(4 * Math.sqrt(x.length / 4));
    }
  });

  test('turns a dropped element into 0, even a NaN or an infinity', async () => {
    const wild = backend().tensor([Number.NaN, Infinity, -Infinity, 1, Number.NaN, Infinity, -Infinity, 1]);
    const values = await dropout(wild, { rate: 0.5, seed: 1 }).data();
    const ones = await dropout(backend().full([8], 1), { rate: 0.5, seed: 1 }).data();
    expect([...ones].filter((one) => one === 0).length).toBeGreaterThan(0);
    for (const [i, one] of ones.entries()) if (one === 0) expect(values[i]).toBe(0);
  });

  test('passes gradients through the kept elements only', async () => {
    const p = backend().tensor(x);
    const options = { rate: 0.4, seed: 9, step: 2 };
    const { gradients } = valueAndGrad((p: Tensor) => sum(dropout(multiply(p, p), options)))(p);
    const kept = await dropout(backend().full([x.length], 1), options).data();
    for (const [i, slope] of (await gradients.data()).entries())
      expect(slope).toBeCloseTo(2 * (x[i] as number) * (kept[i] as number), 4);
  });

  test.each([
    [{ rate: 1, seed: 1 }, 'dropout: rate is 1, expected a number in [0, 0.9999999999999999]'],
    [{ rate: -0.1, seed: 1 }, 'dropout: rate is -0.1, expected a number in [0, 0.9999999999999999]'],
    [{ rate: 0.5, seed: 1.5 }, 'dropout: seed is 1.5, expected a whole number in [0, 9007199254740991]'],
    [{ rate: 0.5, seed: 1, step: -1 }, 'dropout: step is -1, expected a whole number in [0, 9007199254740991]'],
    [
      { rate: 0.5, seed: 1, stream: 2 ** 32 },
      'dropout: stream is 4294967296, expected a whole number in [0, 4294967295]',
    ],
  ])('rejects %j', (options, message) => {
    expect(() => dropout(backend().zeros([2]), options)).toThrow(message);
  });
});
