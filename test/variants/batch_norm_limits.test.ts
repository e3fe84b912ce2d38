import { describe, expect, test } from 'vitest';
import {
  batchNormInference,
  batchNormStats,
  batchNormStatsFromState,
  batchNormTrain,
  mergeBatchNormStats,
} from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import {
  batchOf,
  expectSmall,
  fill,
  floats,
  normal,
  on,
  type Plain,
  shiftedTo,
  train,
  uploadTo,
  worst,
  worstOf,
} from '../batch_norm_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
const upload = uploadTo(backend);

/** A machine whose bindings hold this many bytes of a tensor at any offset. */
const holding = (bytes: number) => {
  const { offsetAlignment } = backend().runtime.machine;
  return { maxBindingBytes: bytes + offsetAlignment };
};

describe.each(['f32', 'f16'] as const)('%s above the binding limit', (dtype) => {
  test.each<[string, number[], number, number]>([
    ['a row', [3, 10, 301], 1, 4096],
    ['a row, by fours', [3, 10, 304], 1, 4096],
    ['a channel', [2, 3, 5003], 1, 4096],
    ['a channel, by eights', [2, 3, 5120], 1, 4096],
    ['the only channel', [3, 1, 4099], 1, 4096],
    ['a row of columns', [3, 1500], 1, 4096],
    ['a row of columns, channels last', [2, 2, 700], -1, 2048],
    ['slices', [3000, 12], 1, 4096],
    ['states', [6, 2, 700], -1, 4096],
    ['the first axis', [5, 40, 100], 0, 4096],
  ])('%s: %j, channels on axis %d, %d bytes', async (_, shape, axis, bytes) => {
    const batch = batchOf(
      fill(shape, (i) => (i === 0 ? 100 : 0) + 5 + normal(), dtype),
      axis,
    );
    const { liveBytes } = backend().memory();
    for (const place of [upload, shiftedTo(backend, 3)])
      expectSmall(await on(backend(), holding(bytes), () => train(batch, place)));
    expect(backend().memory().liveBytes).toBe(liveBytes);
  });

  test('running statistics and given statistics', async () => {
    await on(backend(), holding(1024), async () => {
      const [channels, x] = [[1500], fill([4, 1500], normal, dtype)];
      const host = { runningMean: fill(channels, normal, dtype), runningVariance: fill(channels, () => 2, dtype) };
      const running = { runningMean: upload(host.runningMean), runningVariance: upload(host.runningVariance) };
      const { y } = batchNormTrain(upload(x), { ...running, stats: batchNormStats(upload(x)) });
      const expected = { runningMean: doubles(host.runningMean), runningVariance: doubles(host.runningVariance) };
      const truth = reference.batchNormTrain(x, expected).y.data;
      const { runningMean, runningVariance } = expected;
      const mean = { mean: upload(host.runningMean), variance: upload(host.runningVariance) };
      const inferred = reference.batchNormInference(x, { mean: host.runningMean, variance: host.runningVariance }).data;
      const size = (values: ArrayLike<number>) => (i: number) => 1e-6 * (1 + Math.abs(values[i]!));
      expectSmall({
        y: await worstOf(y, truth, size(truth)),
        runningMean: await worstOf(running.runningMean, runningMean.data, size(runningMean.data)),
        runningVariance: await worstOf(running.runningVariance, runningVariance.data, size(runningVariance.data)),
        inference: await worstOf(batchNormInference(upload(x), mean), inferred, size(inferred)),
      });
    });
  });
});

test('states above the binding limit are merged', async () => {
  const parts = [3, 0, 5].map((rows) => fill([rows, 700], () => 10 + normal()));
  const whole = { shape: [8, 700], data: Float32Array.from(parts.flatMap(({ data }) => [...data])) };
  await on(backend(), holding(2048), async () => {
    const received = [];
    for (const part of parts) {
      const { state, count } = batchNormStats(upload(part));
      received.push(batchNormStatsFromState(backend().tensor(await state.data(), [4, 700]), count));
    }
    const merged = mergeBatchNormStats(received);
    const truth = reference.batchNormStats(whole);
    const [mean, variance] = [truth.mean, truth.variance].map(({ data }) =>
      Float64Array.from(data as Float64Array),
    ) as [Float64Array, Float64Array];
    const of = (values: Float64Array) => (i: number) => 1e-6 * Math.abs(values[i]!);
    expect(merged.count).toBe(8);
    expect(worst(await floats(merged.mean), mean, of(mean))).toBeLessThan(1);
    expect(worst(await floats(merged.variance), variance, of(variance))).toBeLessThan(1);
  });
});

function doubles({ shape, data }: Plain) {
  return { shape, data: Float64Array.from(data) };
}
