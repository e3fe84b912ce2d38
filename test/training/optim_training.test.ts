import { describe, expect, test } from 'vitest';
import {
  adam,
  adamw,
  add,
  clipByGlobalNorm,
  matmul,
  multiply,
  type Optimizer,
  schedules,
  sgd,
  sum,
  type Tensor,
  valueAndGrad,
} from '../../src/index.ts';
import { inputOf, kernelsOf, type Layers, layersOf, lossOf, read } from '../optim_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

describe('training', () => {
  const options = { learningRate: schedules.stepDecay(0.05, 4, 0.5), weightDecay: 0.01 };
  const make = [
    (p: Layers) => adamw(p, options),
    (p: Layers) => sgd(p, { ...options, momentum: 0.9, nesterov: true }),
    (p: Layers) => sgd(p, options),
  ];
  const run = (optimizer: Optimizer<Layers>, steps: number) => {
    const x = inputOf(backend());
    for (let step = 0; step < steps; step++)
      backend().scope(() => optimizer.step(lossOf(optimizer.parameters, x).gradients, { clipNorm: 0.05 }));
  };
  const bits = async (layers: Layers) =>
    (await read(layers.flatMap(({ weight, bias }) => [weight, bias]))).map((data) => [...new Uint32Array(data.buffer)]);

  test('gives the same bits on every run', async () => {
    for (const of of make) {
      using first = of(layersOf(backend()));
      using second = of(layersOf(backend()));
      run(first, 12);
      run(second, 12);
      expect(await bits(first.parameters)).toEqual(await bits(second.parameters));
    }
  });

  test('resumes bit for bit from a saved state', async () => {
    const copy = async (value: unknown): Promise<unknown> => {
      if (Array.isArray(value)) return Promise.all(value.map(copy));
      if (typeof value === 'object' && value !== null && 'weight' in value && 'bias' in value) {
        const { weight, bias } = value as { weight: Tensor; bias: Tensor };
        return {
          weight: backend().tensor(await weight.data(), weight.shape),
          bias: backend().tensor(await bias.data(), bias.shape),
        };
      }
      throw new Error('no layer');
    };
    for (const of of make) {
      using whole = of(layersOf(backend()));
      run(whole, 7);
      const { stepCount, moments } = whole.state;
      const parameters = (await copy(whole.parameters)) as Layers;
      const saved: [string, Layers][] = [];
      for (const [name, moment] of Object.entries(moments)) saved.push([name, (await copy(moment)) as never]);
      run(whole, 5);
      using resumed = of(parameters);
      resumed.load({ stepCount, moments: Object.fromEntries(saved) });
      expect(resumed.stepCount).toBe(7);
      run(resumed, 5);
      expect(await bits(resumed.parameters)).toEqual(await bits(whole.parameters));
    }
  });

  test('can load its own state with the moments swapped', async () => {
    using optimizer = adam(backend().zeros([3]), { learningRate: 0.1 });
    optimizer.step(backend().tensor([1, 2, 3]));
    const { stepCount, moments } = optimizer.state;
    const [m, v] = [await moments.mean?.data(), await moments.square?.data()];
    optimizer.load({ stepCount, moments: { mean: moments.square as Tensor, square: moments.mean as Tensor } });
    expect(await moments.mean?.data()).toEqual(v);
    expect(await moments.square?.data()).toEqual(m);
  });

  test('finds the solution of a linear system', async () => {
    const [a, y] = [backend().tensor([2, 1, 1, 3], [2, 2]), backend().tensor([3, 5], [2, 1])];
    const loss = valueAndGrad((x: Tensor) => {
      const error = add(matmul(a, x), multiply(y, backend().full([], -1)));
      return sum(multiply(error, error));
    });
    using optimizer = adam(backend().zeros([2, 1]), { learningRate: schedules.cosine(0.3, 200) });
    for (let step = 0; step < 200; step++) backend().scope(() => optimizer.step(loss(optimizer.parameters).gradients));
    const [x0, x1] = await optimizer.parameters.data();
    expect(x0).toBeCloseTo(0.8, 3);
    expect(x1).toBeCloseTo(1.4, 3);
  });
});

describe('the cost of a step', () => {
  test('two dispatches for up to seven parameter tensors, three for up to fourteen', () => {
    for (const [count, gathers] of [
      [1, 1],
      [6, 1],
      [7, 1],
      [8, 2],
      [10, 2],
      [14, 2],
      [15, 3],
    ] as const) {
      const zeros = Array.from({ length: count }, () => backend().zeros([5]));
      using optimizer = adam(zeros, { learningRate: 0.1 });
      expect(kernelsOf(backend(), () => optimizer.step(zeros))).toEqual([
        ...Array.from({ length: gathers }, () => 'gather_arena'),
        'adam_step',
      ]);
    }
  });

  test('three more dispatches if gradients are clipped', () => {
    using optimizer = sgd(layersOf(backend()), { learningRate: 0.1, momentum: 0.9 });
    const gradients = layersOf(backend());
    expect(kernelsOf(backend(), () => optimizer.step(gradients, { clipNorm: 1 }))).toEqual([
      ...['gather_arena', 'sum_squares', 'sum_forward', 'global_norm', 'sgd_step'],
    ]);
    expect(kernelsOf(backend(), () => clipByGlobalNorm(gradients, 1))).toEqual([
      ...['gather_arena', 'sum_squares', 'sum_forward', 'global_norm', 'clip_gradients'],
    ]);
  });

  test('at most 40 dispatches for a whole training step of three layers', () => {
    using optimizer = adamw(layersOf(backend()), { learningRate: 0.01 });
    const x = inputOf(backend());
    const launched = kernelsOf(backend(), () =>
      backend().scope(() => {
        const { gradients } = lossOf(optimizer.parameters, x);
        optimizer.step(gradients, { clipNorm: 1 });
      }),
    );
    expect(launched.length).toBeLessThanOrEqual(40);
  });

  test('no memory: live bytes stay constant over fifty steps, and dispose() frees everything', () => {
    const given = layersOf(backend());
    const x = inputOf(backend());
    const before = backend().memory().liveBytes;
    const optimizer = adam(given, { learningRate: 0.01 });
    let second = 0;
    for (let step = 1; step <= 50; step++) {
      backend().scope(() => optimizer.step(lossOf(optimizer.parameters, x).gradients, { clipNorm: 1 }));
      if (step === 2) second = backend().memory().liveBytes;
    }
    expect(backend().memory().liveBytes).toBe(second);
    optimizer.dispose();
    optimizer.dispose();
    expect(backend().memory().liveBytes).toBe(before);
  });

  test('warmup() compiles a step without taking it', async () => {
    using optimizer = sgd(backend().full([3], 1), { learningRate: 1 });
    const gradient = backend().full([3], 1);
    await backend().warmup(() => optimizer.step(gradient));
    expect(optimizer.stepCount).toBe(0);
    expect(await optimizer.parameters.data()).toEqual(Float32Array.of(1, 1, 1));
  });
});
