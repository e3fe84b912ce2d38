import { describe, expect, test } from 'vitest';
import { batchNormStats, batchNormStatsFromState, batchNormTrain, mergeBatchNormStats } from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { fill, floats, normal, type Plain, uploadTo, worst } from '../batch_norm_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
const upload = uploadTo(backend);

describe('statistics exchanged between devices', () => {
  const channels = 3;
  const part = (rows: number, offset: number) => fill([rows, channels], () => offset + normal());
  const whole = (parts: Plain[]) => {
    const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0);
    return { shape: [rows, channels], data: Float32Array.from(parts.flatMap(({ data }) => [...data])) };
  };

  test('of batches with unequal and zero counts merge into those of the union', async () => {
    const parts = [part(0, 0), part(1, 1e4), part(700, 1e4), part(0, 0), part(33, 1e4 + 5)];
    const stats = parts.map((each) => batchNormStats(upload(each)));
    expect([...(await floats(stats[0]!.mean)), ...(await floats(stats[0]!.variance))]).toEqual([
      0,
      0,
      0,
      NaN,
      NaN,
      NaN,
    ]);
    const merged = mergeBatchNormStats(stats);
    const expected = reference.batchNormStats(whole(parts));
    expect(merged.count).toBe(734);
    const state = await floats(merged.state);
    const mean = [0, 1, 2].map((c) => state[3 + c]! + state[9 + c]!);
    expect(
      worst(
        await floats(merged.variance),
        expected.variance.data as Float64Array,
        (i) => 1e-6 * (expected.variance.data[i] as number),
      ),
    ).toBeLessThan(1);
    expect(worst(mean, expected.mean.data as Float64Array, () => 1e-6)).toBeLessThan(1);
    expect([...state.slice(0, 3)]).toEqual([734, 734, 734]);
  });

  test('of an empty batch have count 0 and variance NaN', async () => {
    const merged = mergeBatchNormStats([batchNormStats(upload(part(0, 0)))]);
    expect(merged.count).toBe(0);
    expect([...(await floats(merged.variance))]).toEqual([NaN, NaN, NaN]);
    expect([...(await floats(merged.state))]).toEqual(Array(12).fill(0));
  });

  test('survive a round trip through the host and normalize like those of the union', async () => {
    const parts = [part(50, 1e4), part(7, 1e4 + 2)];
    const received = [];
    for (const each of parts) {
      const { state, count } = batchNormStats(upload(each));
      received.push(batchNormStatsFromState(backend().tensor(await state.data(), [4, channels]), count));
    }
    const x = upload(parts[0]!);
    const { y, saved } = batchNormTrain(x, { stats: mergeBatchNormStats(received) });
    const expected = reference.batchNormTrain(parts[0]!, { stats: reference.batchNormStats(whole(parts)) });
    expect(saved.count).toBe(57);
    expect(worst(await floats(y), expected.y.data, (i) => 1e-6 * (1 + Math.abs(expected.y.data[i]!)))).toBeLessThan(1);
  });

  test('load without the means’ low parts, and with a count that overrides the stored one', async () => {
    const state = backend().tensor([5, 5, 10, -2, 6, 0], [3, 2]);
    const stats = batchNormStatsFromState(state, 4);
    expect([...(await floats(stats.state))]).toEqual([4, 4, 10, -2, 6, 0, 0, 0]);
    expect([...(await floats(stats.variance))]).toEqual([1.5, 0]);
    const half = batchNormStatsFromState(backend().tensor([5, 5, 10, -2, 6, 0], [3, 2], 'f16'), 4);
    expect([...(await floats(half.state))]).toEqual([4, 4, 10, -2, 6, 0, 0, 0]);
    const empty = batchNormStatsFromState(backend().tensor([1, NaN, 3, 4], [4, 1]), 0);
    expect([...(await floats(empty.state))]).toEqual([0, 0, 0, 0]);
  });
});
