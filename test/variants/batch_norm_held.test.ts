import { describe, expect, test } from 'vitest';
import type { FloatType } from '../../src/conformance/suite/half.ts';
import { batchNormStats, batchNormTrain } from '../../src/index.ts';
import type { Machine } from '../../src/plan/machine.ts';
import { batchOf, channelOf, expectSmall, fill, floats, normal, on, train, uploadTo } from '../batch_norm_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
const upload = uploadTo(backend);

const MACHINES: [string, Partial<Machine>][] = [
  ['a GPU', { kind: 'gpu' }],
  ['a GPU without subgroups', { kind: 'gpu', subgroup: undefined }],
  ['a GPU of short workgroups', { kind: 'gpu', subgroup: undefined, maxInvocations: 128 }],
];

/** The kernels launched in training. */
const kernelsOf = (fn: () => void) =>
  [...backend().runtime.kernelsOf(fn).values()].map(({ entry }) => entry).filter((entry) => entry.startsWith('batch'));

describe.each(MACHINES)('channels kept in the registers of %s', (_, machine) => {
  test.each<[number[], number, FloatType]>([
    [[8, 3, 28, 28], 1, 'f32'],
    [[8, 3, 28, 28], 1, 'f16'],
    [[5, 3, 7, 7], 1, 'f32'],
    [[100, 24], 1, 'f32'],
    [[100, 24], 1, 'f16'],
    [[37, 61], 1, 'f32'],
    [[3, 5, 5, 8], -1, 'f32'],
    [[1, 1, 1000], 1, 'f32'],
  ])('%j, channels on axis %d, %s', async (shape, channelAxis, dtype) => {
    await on(backend(), machine, async () => {
      const batch = batchOf(fill(shape, normal, dtype), channelAxis);
      expect(kernelsOf(() => batchNormTrain(upload(batch.x), { channelAxis }))).toEqual(['batch_norm_train']);
      expectSmall(await train(batch, upload));
      // The mean is far from 0, and the first value is far from the others.
      const far = batchOf(
        fill(shape, (i) => (i === 0 ? 0 : 1e3 + normal())),
        channelAxis,
      );
      expectSmall(await train(far, upload));
    });
  });

  test('a non-finite value makes its channel NaN, and no other; a constant channel becomes 0', async () => {
    for (const shape of [
      [6, 8],
      [4, 8, 12],
    ]) {
      await on(backend(), machine, async () => {
        const channel = channelOf(shape, 1);
        const x = fill(shape, (i) => (channel(i) === 7 ? 0.1 : normal()));
        x.data[[...x.data.keys()].find((i) => i > 8 && channel(i) === 2)!] = Number.NaN;
        x.data[[...x.data.keys()].find((i) => channel(i) === 5)!] = Number.POSITIVE_INFINITY;
        const { y, saved } = batchNormTrain(upload(x));
        const broken = (c: number) => c === 2 || c === 5;
        (await floats(y)).forEach((value, i) => {
          expect(Number.isNaN(value)).toBe(broken(channel(i)));
          if (channel(i) === 7) expect(value).toBe(0);
        });
        (await floats(saved.variance)).forEach((value, c) => {
          expect(Number.isNaN(value)).toBe(broken(c));
          if (c === 7) expect(value).toBe(0);
        });
      });
    }
  });

  test('agree with statistics from a separate pass', async () => {
    await on(backend(), machine, async () => {
      const x = upload(fill([6, 4, 52], normal));
      const own = batchNormTrain(x);
      const given = batchNormTrain(x, { stats: batchNormStats(x) });
      for (const name of ['mean', 'variance'] as const) {
        const [a, b] = [await floats(own.saved[name]), await floats(given.saved[name])];
        for (const [c, value] of a.entries()) expect(Math.abs(value - b[c]!)).toBeLessThan(3e-7);
      }
      const [a, b] = [await floats(own.y), await floats(given.y)];
      expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(2e-6);
      expect(own.saved.count).toBe(given.saved.count);
    });
  });
});
