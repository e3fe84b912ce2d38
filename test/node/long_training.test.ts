import { expect, test } from 'vitest';
import { adam, crossEntropy, nn, type Tensor, valueAndGrad } from '../../src/index.ts';
import { uniform, useBackend } from '../support.ts';

const backend = useBackend();

/** GRADFOLD_STEPS=10000, as README.md describes, takes minutes on a CPU. */
const STEPS = Number(process.env.GRADFOLD_STEPS ?? 1000);

test(`${STEPS} steps leave as much live memory as two`, { timeout: 600_000 }, async () => {
  const layers = [nn.linear(3, 4), nn.batchNorm(4), nn.relu(), nn.dropout(0.1), nn.linear(4, 2)];
  using model = nn.sequential(backend(), layers);
  using optimizer = adam(model.parameters, { learningRate: 0.01 });
  const data = uniform(24);
  const train = (step: number) =>
    backend().scope(() => {
      const x = backend().tensor(data, [8, 3]);
      const labels = backend().tensor(Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1));
      const { value, gradients } = valueAndGrad((parameters: Record<string, Tensor>[]) =>
        crossEntropy(model.forward(x, { training: true, step }, parameters), labels),
      )(optimizer.parameters);
      optimizer.step(gradients, { clipNorm: 1 });
      return value;
    });
  const liveAfter = async (first: number, last: number) => {
    for (let step = first; step < last; step++) train(step).dispose();
    using value = train(last);
    expect(await value.item()).toBeLessThan(2);
    return backend().memory().liveBytes;
  };
  const two = await liveAfter(1, 2);
  expect(await liveAfter(3, STEPS)).toBe(two);
});
