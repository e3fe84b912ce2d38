import { describe, expect, test } from 'vitest';
import { halfUlp, toHalf } from '../../src/conformance/suite/half.ts';
import { batchNormBackward, batchNormInference, batchNormTrain } from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import {
  batchOf,
  channelOf,
  expectSmall,
  fill,
  floats,
  normal,
  on,
  type Place,
  type Plain,
  random,
  shiftedTo,
  train,
  uploadTo,
} from '../batch_norm_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();
const upload = uploadTo(backend);

/** Channels on the first, a middle and the last axis, read in vectors of eight, of four and by element. */
const SHAPES: [shape: number[], axis: number][] = [
  [[9, 7], 1],
  [[40, 16], 1],
  [[5, 6, 64], 1],
  [[5, 6, 12], 1],
  [[3, 5, 7, 16], -1],
  [[6, 5, 4], 0],
  [[5, 6, 8], -2],
];
const FEW: typeof SHAPES = [
  [[5, 6, 64], 1],
  [[3, 4, 7, 3], 1],
  [[3, 5, 7, 16], -1],
];

/** A tensor on a borrowed buffer, which ends with the word of the last element. */
const borrowed: Place = ({ data, shape, dtype: half }) => {
  const dtype = half ?? 'f32';
  const { device } = backend();
  const bytes = (dtype === 'f16' ? 2 : 4) * data.length;
  const buffer = device.createBuffer({ size: 4 * Math.ceil(bytes / 4), usage: 0x80 | 0x4 | 0x8 });
  const tensor = backend().fromBuffer(buffer, shape, dtype);
  tensor.write(data);
  return tensor;
};

const PLACES: [name: string, place: Place, shapes: typeof SHAPES][] = [
  ['in a separate buffer', upload, SHAPES],
  ['one element into a tensor', shiftedTo(backend, 1), FEW],
  ['six elements into a tensor', shiftedTo(backend, 6), FEW],
  ['in a borrowed buffer', borrowed, FEW],
];

describe.each(['f32', 'f16'] as const)('%s', (dtype) => {
  test.each(PLACES)('%s', async (_, place, shapes) => {
    // Other tests cover f32. Here it runs few shapes, as a control.
    for (const [shape, axis] of dtype === 'f16' ? shapes : FEW) {
      const c = channelOf(shape, axis);
      const x = fill(shape, (i) => 3 * (c(i) % 3) + normal(), dtype);
      expectSmall(await train(batchOf(x, axis), place), `${shape}`);
    }
  });

  test.each([
    ['for a GPU', { kind: 'gpu' }],
    ['for a GPU without subgroups', { kind: 'gpu', subgroup: undefined }],
  ] as const)('with plans %s', async (_, machine) => {
    const batch = batchOf(fill([5, 6, 64], normal, dtype), 1);
    expectSmall(await on(backend(), machine, () => train(batch, upload)));
  });
});

test('native f16 storage and packed words give the same bits', async () => {
  const { halves } = backend().runtime.machine;
  const x = fill([37, 5, 9], normal, 'f16');
  const run = () => floats(batchNormTrain(shiftedTo(backend, 1)(x)).y);
  expect(await on(backend(), { halves: 'words' }, run)).toEqual(await on(backend(), { halves }, run));
});

describe('mixed dtypes', () => {
  const shape = [4, 6, 20];
  const types = ['f32', 'f16'] as const;

  test('training with running statistics', async () => {
    for (const ofX of types)
      for (const other of types) {
        const [x, dy] = [fill(shape, normal, ofX), fill(shape, normal, other)];
        const gamma = fill([6], () => 1 + random(), other);
        const beta = fill([6], normal, ofX);
        const batch = { x, dy, channelAxis: 1, gamma, beta };
        expectSmall(await train(batch, upload), `${ofX} and ${other}`);
        // One storage, starting at its second half, so that adjacent tensors share words.
        const given = fill([13], (i) => 1 + i / 7, other);
        const all = upload(given);
        const [runningMean, runningVariance] = [all.view(1, [6]), all.view(7, [6])];
        batchNormTrain(upload(x), { runningMean, runningVariance });
        const expected = { runningMean: rangeOf(given, 1), runningVariance: rangeOf(given, 7) };
        reference.batchNormTrain(x, expected);
        const truth = [given.data[0]!, ...expected.runningMean.data, ...expected.runningVariance.data];
        const actual = await floats(all);
        for (const [i, value] of truth.entries()) {
          const rounding = other === 'f16' ? halfUlp(value) / 2 : 0;
          expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(1e-6 * Math.abs(value) + rounding);
        }
      }
  });

  test('inference', async () => {
    for (const ofX of types)
      for (const [ofStatistics, ofAffine] of [
        ['f32', 'f16'],
        ['f16', 'f32'],
        ['f16', 'f16'],
      ] as const) {
        const x = fill(shape, normal, ofX);
        const host = {
          mean: fill([6], normal, ofStatistics),
          variance: fill([6], () => 0.5 + random(), ofStatistics),
          gamma: fill([6], normal, ofAffine),
          beta: fill([6], normal, ofAffine),
        };
        const { mean, variance, gamma, beta } = host;
        const y = batchNormInference(upload(x), {
          mean: upload(mean),
          variance: upload(variance),
          gamma: upload(gamma),
          beta: upload(beta),
        });
        expect(y.dtype).toBe(ofX);
        const truth = reference.batchNormInference(x, host).data;
        const actual = await floats(y);
        for (const [i, value] of truth.entries()) {
          const rounding = ofX === 'f16' ? halfUlp(value) / 2 : 0;
          expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(2e-6 * (1 + Math.abs(value)) + rounding);
        }
      }
  });
});

test('fewer than 0.5 % of the results are misrounded', async () => {
  const x = fill([8, 5, 200], normal, 'f16');
  const dy = fill([8, 5, 200], normal, 'f16');
  const { y, saved } = batchNormTrain(upload(x));
  const { dx } = batchNormBackward(upload(x), upload(dy), saved);
  const truth = reference.batchNormTrain(x);
  const gradients = reference.batchNormBackward(x, dy, truth.saved);
  for (const [tensor, values] of [
    [y, truth.y.data],
    [dx, gradients.dx.data],
  ] as const) {
    const actual = await floats(tensor);
    const misrounded = values.filter((value, i) => toHalf(value) !== actual[i]);
    expect(misrounded.length / values.length).toBeLessThan(0.005);
  }
});

test('non-finite values stay in their channel, and y overflows to infinity from 65,520', async () => {
  const x = fill([4, 3, 8], normal, 'f16');
  x.data[0] = Number.NaN;
  const options = { mean: fill([3], () => 0), variance: fill([3], () => 1), gamma: fill([3], () => 65504, 'f16') };
  const { mean, variance, gamma } = options;
  const placed = { mean: upload(mean), variance: upload(variance), gamma: upload(gamma) };
  const y = await floats(batchNormInference(upload(x), { ...placed, epsilon: 0 }));
  const truth = reference.batchNormInference(x, { ...options, epsilon: 0 }).data;
  expect([...y]).toEqual([...truth].map(toHalf));
  expect(y.filter((value) => Math.abs(value) === Number.POSITIVE_INFINITY).length).toBeGreaterThan(0);
  const trained = await floats(batchNormTrain(upload(x)).y);
  expect(trained.map((value, i) => Number(Number.isNaN(value) === (Math.floor(i / 8) % 3 === 0)))).toEqual(
    trained.map(() => 1),
  );
});

function rangeOf({ data }: Plain, start: number) {
  return { shape: [6], data: Float64Array.from(data.slice(start, start + 6)) };
}
