import { describe, expect, test } from 'vitest';
import { crossEntropy, multiply, nn, subtract, type Tensor, valueAndGrad } from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { uniform, useBackend } from '../support.ts';

const backend = useBackend();
const TRAINING = { training: true, step: 1 };
const SCORING = { training: false };

async function arrayOf(tensor: Tensor) {
  return { shape: [...tensor.shape], data: await tensor.data() };
}

describe('layers', () => {
  test('linear computes x·W + b, with W drawn from He’s uniform distribution and b = 0', async () => {
    using model = nn.sequential(backend(), [nn.linear(600, 4)], { seed: 5 });
    const [{ weight, bias }] = model.parameters as [{ weight: Tensor; bias: Tensor }];
    expect([weight.shape, bias.shape]).toEqual([[600, 4], [4]]);
    expect(await bias.data()).toEqual(new Float32Array(4));
    const values = await weight.data();
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(6 / 600));
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.99 * Math.sqrt(6 / 600));
    const x = { shape: [3, 600], data: uniform(1800) };
    const y = await model.forward(backend().tensor(x.data, x.shape), SCORING).data();
    const expected = reference.matmul(x, await arrayOf(weight)).data;
    for (const [i, value] of y.entries()) expect(value).toBeCloseTo(expected[i] as number, 4);
  });

  test('have no bias before batch normalization, which would cancel it, and reject a requested one', () => {
    using model = nn.sequential(backend(), [nn.linear(2, 3), nn.batchNorm(3), nn.linear(3, 2)]);
    expect(model.parameters.map((tensors) => Object.keys(tensors))).toEqual([
      ['weight'],
      ['gamma', 'beta'],
      ['weight', 'bias'],
    ]);
    expect(() => nn.sequential(backend(), [nn.linear(2, 3, { bias: true }), nn.batchNorm(3)])).toThrow(
      'linear: bias is true before batchNorm, expected false: the normalization removes it',
    );
    expect(() => nn.sequential(backend(), [nn.conv2d(2, 3, 3, { bias: true }), nn.batchNorm(3)])).toThrow(
      'conv2d: bias is true before batchNorm, expected false: the normalization removes it',
    );
    expect(() => nn.conv2d(2, 3, [3, 0])).toThrow('conv2d: size is 0, expected a whole number of at least 1');
  });

  test('batchNorm uses batch statistics in training and running statistics in scoring, fused with relu', async () => {
    using model = nn.sequential(backend(), [nn.batchNorm(3), nn.relu()]);
    expect(model.parameters).toHaveLength(1);
    const x = { shape: [8, 3], data: uniform(24, -1, 3) };
    const trained = reference.batchNormTrain(x, { activation: 'relu' });
    const tensor = backend().tensor(x.data, x.shape);
    const y = await model.forward(tensor, TRAINING).data();
    for (const [i, value] of y.entries()) expect(value).toBeCloseTo(trained.y.data[i] as number, 5);
    const [moved] = model.running as [{ mean: Tensor; variance: Tensor }];
    const mean = await arrayOf(moved.mean);
    const variance = await arrayOf(moved.variance);
    expect(mean.data.some((value) => value !== 0)).toBe(true);
    const scored = reference.batchNormInference(x, { mean, variance, activation: 'relu' }).data;
    for (const [i, value] of (await model.forward(tensor, SCORING).data()).entries())
      expect(value).toBeCloseTo(scored[i] as number, 5);
  });

  test('dropout acts in training only, with different elements in each layer and step', async () => {
    using model = nn.sequential(backend(), [nn.dropout(0.5), nn.dropout(0.5)]);
    const ones = backend().full([4096], 1);
    expect(await model.forward(ones, SCORING).data()).toEqual(new Float32Array(4096).fill(1));
    const first = await model.forward(ones, TRAINING).data();
    const kept = first.filter((value) => value === 4).length;
    expect(Math.abs(kept - 1024)).toBeLessThan(4 * Math.sqrt(4096 * 0.25 * 0.75));
    expect(await model.forward(ones, { training: true, step: 2 }).data()).not.toEqual(first);
    expect(await model.forward(ones, TRAINING).data()).toEqual(first);
    expect(() => model.forward(ones, { training: true })).toThrow(
      'dropout: pass.step is undefined in training, expected the index of the step',
    );
  });

  test('conv2d draws W from He’s uniform distribution and has one bias per output channel', async () => {
    using model = nn.sequential(backend(), [nn.conv2d(2, 5, [3, 2], { stride: 2, padding: [1, 0] })], { seed: 5 });
    const [{ weight, bias }] = model.parameters as [{ weight: Tensor; bias: Tensor }];
    expect([weight.shape, bias.shape]).toEqual([[5, 2, 3, 2], [5]]);
    const reach = Math.sqrt(6 / (2 * 3 * 2));
    const largest = Math.max(...(await weight.data()).map(Math.abs));
    expect(largest).toBeLessThanOrEqual(reach);
    expect(largest).toBeGreaterThan(0.8 * reach);
    bias.write(Float32Array.of(1, 2, 3, 4, 5));
    const x = { shape: [3, 2, 5, 4], data: uniform(120) };
    const expected = reference.conv2d(x, await arrayOf(weight), { stride: 2, padding: [1, 0] });
    const y = model.forward(backend().tensor(x.data, x.shape), SCORING);
    expect(y.shape).toEqual(expected.shape);
    for (const [i, value] of (await y.data()).entries())
      expect(value).toBeCloseTo((expected.data[i] as number) + 1 + (Math.floor(i / 6) % 5), 4);
  });

  test('batchNorm normalizes images per channel, by batch statistics or running statistics', async () => {
    using model = nn.sequential(backend(), [nn.conv2d(1, 3, 2), nn.batchNorm(3), nn.relu()]);
    expect(model.parameters.map((tensors) => Object.keys(tensors))).toEqual([['weight'], ['gamma', 'beta']]);
    const x = { shape: [4, 1, 5, 6], data: uniform(120, -1, 3) };
    const tensor = backend().tensor(x.data, x.shape);
    const seen = reference.conv2d(x, await arrayOf(model.parameters[0]?.weight as Tensor));
    const trained = reference.batchNormTrain(seen, { activation: 'relu' }).y.data;
    for (const [i, value] of (await model.forward(tensor, TRAINING).data()).entries())
      expect(value).toBeCloseTo(trained[i] as number, 4);
    const { mean, variance } = model.running[1] as { mean: Tensor; variance: Tensor };
    const moved = { mean: await arrayOf(mean), variance: await arrayOf(variance) };
    const scored = reference.batchNormInference(seen, { ...moved, activation: 'relu' }).data;
    for (const [i, value] of (await model.forward(tensor, SCORING).data()).entries())
      expect(value).toBeCloseTo(scored[i] as number, 4);
  });

  test('pooling is the same in training and in scoring', async () => {
    const options = { size: 3, stride: 2, padding: 1 } as const;
    using model = nn.sequential(backend(), [
      nn.averagePool2d({ ...options, countPadding: false }),
      nn.maxPool2d(options),
    ]);
    const x = { shape: [2, 3, 9, 7], data: uniform(378) };
    const averaged = reference.averagePool2d(x, { ...options, countPadding: false });
    const { shape, data } = reference.maxPool2d(averaged, options);
    for (const pass of [TRAINING, SCORING]) {
      const y = model.forward(backend().tensor(x.data, x.shape), pass);
      expect(y.shape).toEqual(shape);
      for (const [i, value] of (await y.data()).entries()) expect(value).toBeCloseTo(data[i] as number, 5);
    }
    expect(model.parameters).toEqual([{}, {}]);
  });

  test('flatten, unflatten, sigmoid and tanh', async () => {
    using model = nn.sequential(backend(), [nn.flatten(), nn.sigmoid(), nn.unflatten([4, 3]), nn.tanh()]);
    const y = model.forward(backend().zeros([2, 3, 4]), SCORING);
    expect(y.shape).toEqual([2, 4, 3]);
    for (const value of await y.data()) expect(value).toBeCloseTo(Math.tanh(0.5), 6);
  });

  test('weights are determined by the seed and differ between layers', async () => {
    const build = (seed: number) => nn.sequential(backend(), [nn.linear(8, 8), nn.linear(8, 8)], { seed });
    using a = build(7);
    using b = build(7);
    using c = build(8);
    const weights = async (model: nn.Model, layer: number) => model.parameters[layer]?.weight?.data();
    expect(await weights(a, 0)).toEqual(await weights(b, 0));
    expect(await weights(a, 0)).not.toEqual(await weights(c, 0));
    expect(await weights(a, 0)).not.toEqual(await weights(a, 1));
  });
});

describe('initializers', () => {
  const size = 40_000;
  const moments = (values: Float32Array) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / size;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    return { mean, variance };
  };
  test.each([
    ['heUniform', nn.heUniform, 2 / 100],
    ['heNormal', nn.heNormal, 2 / 100],
    ['glorotUniform', nn.glorotUniform, 2 / 500],
    ['glorotNormal', nn.glorotNormal, 2 / 500],
  ] as const)('%s has mean 0 and its theoretical variance', (_, initialize, expected) => {
    const { mean, variance } = moments(initialize(new nn.Draws(1, 0), size, 100, 400));
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(expected / size));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
  });
});

test('a model learns exclusive or', async () => {
  using model = nn.sequential(backend(), [nn.linear(2, 16), nn.batchNorm(16), nn.relu(), nn.linear(16, 2)], {
    seed: 3,
  });
  const x = backend().tensor([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
  const labels = backend().tensor(Int32Array.of(0, 1, 1, 0));
  const rate = backend().full([], 0.5);
  const grad = valueAndGrad((parameters: nn.Tensors[], step: number) =>
    crossEntropy(model.forward(x, { training: true, step }, parameters), labels),
  );
  let parameters = model.parameters;
  let last = Number.NaN;
  for (let step = 0; step < 60; step++) {
    const { value, gradients } = grad(parameters, step);
    parameters = parameters.map((tensors, i) =>
      Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]) => [
          name,
          subtract(tensor, multiply(gradients[i]?.[name] as Tensor, rate)),
        ]),
      ),
    );
    last = await value.item();
  }
  expect(last).toBeLessThan(0.02);
});

describe('invalid input', () => {
  test('invalid lengths and seeds', () => {
    expect(() => nn.linear(0, 3)).toThrow('linear: inputs is 0, expected a whole number of at least 1');
    expect(() => nn.batchNorm(1.5)).toThrow('batchNorm: channels is 1.5, expected a whole number of at least 1');
    expect(() => nn.sequential(backend(), [], { seed: -1 })).toThrow(
      'sequential: seed is -1, expected a whole number in [0, 9007199254740991]',
    );
  });

  test('a batch with one value per channel, which has no variance', () => {
    using model = nn.sequential(backend(), [nn.batchNorm(3)]);
    expect(() => model.forward(backend().zeros([1, 3]), TRAINING)).toThrow(
      'batchNormTrain: x [1, 3] has one value per channel, expected at least 2 in training',
    );
  });
});
