import { expect, test } from 'vitest';
import { crossEntropy, nn, sgd, type Tensor, valueAndGrad } from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { uniform, useBackend } from '../support.ts';

const backend = useBackend();

const [INPUTS, HIDDEN, CLASSES, BATCH, BATCHES, STEPS] = [20, 16, 4, 24, 7, 200];
const RATE = 0.1;
const MOMENTUM = 0.9;

type Values = reference.Float64NdArray;
type Weights = Record<'weight' | 'gamma' | 'beta' | 'head' | 'bias', Values>;

/** Points around four centers, with enough noise that the loss does not vanish. */
const batches = Array.from({ length: BATCHES }, (_, k) => {
  const noise = uniform(BATCH * INPUTS, -1, 1, 10 + k);
  const centers = uniform(CLASSES * INPUTS, -0.7, 0.7, 5);
  const labels = Int32Array.from({ length: BATCH }, (_, i) => (i * 7 + k) % CLASSES);
  const x = noise.map(
    (value, i) => value + (centers[(labels[Math.floor(i / INPUTS)] as number) * INPUTS + (i % INPUTS)] as number),
  );
  return { x, labels };
});

/** The losses of gradient descent with momentum in float64, computed with the reference's ops only. */
function referenceLosses(start: Weights): number[] {
  let weights = start;
  const velocity = new Map<string, Float64Array>();
  return Array.from({ length: STEPS }, (_, step) => {
    const { x, labels } = batches[step % BATCHES] as (typeof batches)[number];
    const input = { shape: [BATCH, INPUTS], data: x };
    const targets = { shape: [BATCH], data: labels };
    const { weight, gamma, beta, head, bias } = weights;
    const affine = { gamma, beta, activation: 'relu' } as const;
    const z = reference.matmul(input, weight);
    const { y, saved } = reference.batchNormTrain(z, affine);
    const logits = reference.add(reference.matmul(y, head), bias);
    const { loss, gradient } = reference.crossEntropyWithGradient(logits, targets);
    const back = reference.batchNormBackward(z, reference.matmul(gradient, head, { transposeB: true }), saved, affine);
    const gradients: Weights = {
      weight: reference.matmul(input, back.dx, { transposeA: true }),
      gamma: back.dGamma,
      beta: back.dBeta,
      head: reference.matmul(y, gradient, { transposeA: true }),
      bias: reference.sum(gradient, { axis: 0 }),
    };
    const moved = Object.entries(weights).map(([name, { shape, data }]) => {
      const slope = gradients[name as keyof Weights].data;
      const v = slope.map((value, i) => MOMENTUM * (velocity.get(name)?.[i] ?? 0) + value);
      velocity.set(name, v);
      return [name, { shape, data: data.map((value, i) => value - RATE * (v[i] as number)) }];
    });
    weights = Object.fromEntries(moved) as Weights;
    return loss.data[0] as number;
  });
}

test('200 losses of an MLP with batch normalization match float64 to 1e-4 of the first loss', async () => {
  using model = nn.sequential(
    backend(),
    [nn.linear(INPUTS, HIDDEN), nn.batchNorm(HIDDEN), nn.relu(), nn.linear(HIDDEN, CLASSES)],
    { seed: 11 },
  );
  const valuesOf = async (tensor: Tensor | undefined): Promise<Values> => {
    const { shape } = tensor as Tensor;
    return { shape: [...shape], data: Float64Array.from(await (tensor as Tensor).data()) };
  };
  const [first, norm, last] = model.parameters;
  const start: Weights = {
    weight: await valuesOf(first?.weight),
    gamma: await valuesOf(norm?.gamma),
    beta: await valuesOf(norm?.beta),
    head: await valuesOf(last?.weight),
    bias: await valuesOf(last?.bias),
  };
  using optimizer = sgd(model.parameters, { learningRate: RATE, momentum: MOMENTUM });
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const batch = batches[step % BATCHES] as (typeof batches)[number];
    using x = backend().tensor(batch.x, [BATCH, INPUTS]);
    using labels = backend().tensor(batch.labels);
    const { value, gradients } = valueAndGrad((parameters: nn.Tensors[]) =>
      crossEntropy(model.forward(x, { training: true }, parameters), labels),
    )(optimizer.parameters);
    optimizer.step(gradients);
    losses.push(await value.item());
    for (const tensors of gradients) for (const tensor of Object.values(tensors)) tensor.dispose();
    value.dispose();
  }
  const expected = referenceLosses(start);
  const worst = Math.max(...losses.map((loss, step) => Math.abs(loss - (expected[step] as number))));
  expect(worst).toBeLessThan(1e-4 * (expected[0] as number));
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
});
