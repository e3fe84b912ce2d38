import { describe, expect, test } from 'vitest';
import {
  type AdamOptions,
  adam,
  adamw,
  clipByGlobalNorm,
  type Optimizer,
  type SgdOptions,
  schedules,
  sgd,
  type Tensor,
} from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { expectClose, gradientsOf, hostOf, read, STEPS, stepThrough, upload } from '../optim_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

describe('twenty steps match float64', () => {
  const SGD: readonly SgdOptions[] = [
    { learningRate: 0.01 },
    { learningRate: 0.01, weightDecay: 0.1 },
    { learningRate: 0.01, momentum: 0.9 },
    { learningRate: 0.01, momentum: 0.9, nesterov: true },
    { learningRate: schedules.cosine(0.01, 20, { warmup: 5 }), momentum: 0.8, nesterov: true, weightDecay: 0.01 },
  ];
  const ADAM: readonly AdamOptions[] = [
    { learningRate: 0.01 },
    { learningRate: 0.01, weightDecay: 0.1 },
    { learningRate: schedules.exponential(0.1, 0.9), beta1: 0.5, beta2: 0.9, epsilon: 1e-3 },
    { learningRate: 0.01, beta1: 0, beta2: 0 },
  ];
  const all = [
    ...SGD.map((options) => ['sgd', options] as const),
    ...ADAM.flatMap((options) => [['adam', options] as const, ['adamw', options] as const]),
  ];
  const make = { sgd, adam, adamw };
  const steps = { sgd: reference.sgd, adam: reference.adam, adamw: reference.adamw };
  for (const [name, options] of all)
    for (const clipNorm of [undefined, 2]) {
      const shown = JSON.stringify(options, (_, value) => (typeof value === 'function' ? 'schedule' : value));
      test(`${name} ${shown}${clipNorm ? ', clipped' : ''}`, async () => {
        const [start, gradients] = [hostOf(1), gradientsOf()];
        using optimizer = make[name](upload(backend(), start), options);
        stepThrough(backend(), optimizer, gradients, clipNorm === undefined ? {} : { clipNorm });
        const clip = clipNorm === undefined ? {} : { clipNorm };
        expectClose(await read(optimizer.parameters), steps[name](start, gradients, { ...options, ...clip }));
        expect(optimizer.stepCount).toBe(STEPS);
      });
    }

  test('the first step of Adam moves each parameter by the learning rate against its gradient’s sign', async () => {
    using optimizer = adam(backend().zeros([4]), { learningRate: 0.5, epsilon: 1e-30 });
    optimizer.step(backend().tensor([1e-12, -3, 1e10, 0]));
    for (const [i, p] of (await optimizer.parameters.data()).entries())
      expect(p).toBeCloseTo([-0.5, 0.5, -0.5, 0][i] as number, 6);
  });

  test('a learning rate passed to step() overrides the optimizer’s', async () => {
    using optimizer = sgd(backend().zeros([1]), { learningRate: 1 });
    optimizer.step(backend().full([1], 1), { learningRate: 0.25 });
    expect(await optimizer.parameters.data()).toEqual(Float32Array.of(-0.25));
  });

  test('a non-finite gradient makes its element NaN, and no other', async () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    for (const make of [
      () => sgd(backend().zeros([5]), { learningRate: 1, momentum: 0.5 }),
      () => adam(backend().zeros([5]), { learningRate: 1 }),
    ]) {
      using optimizer = make();
      optimizer.step(backend().tensor([1, nan, 1, infinity, -infinity]));
      expect([...(await optimizer.parameters.data())].map(Number.isNaN)).toEqual([false, true, false, true, true]);
    }
  });
});

describe('parameters', () => {
  test('are copied into one storage, so that the originals stay unchanged and may be disposed of', async () => {
    const given = { w: backend().tensor([1, 2, 3], [3, 1]), b: [backend().tensor([4])] as const };
    const { w } = given;
    using optimizer = sgd(given, { learningRate: 1 });
    const { parameters } = optimizer;
    expect(parameters.w.shape).toEqual([3, 1]);
    expect(parameters.b[0].storage).toBe(parameters.w.storage);
    expect(parameters.b[0].byteOffset).toBe(16);
    optimizer.step({ b: [backend().tensor([1])], w: backend().tensor([1, 1, 1], [3, 1]) });
    expect(await w.data()).toEqual(Float32Array.of(1, 2, 3));
    w.dispose();
    expect(await parameters.w.data()).toEqual(Float32Array.of(0, 1, 2));
    expect(await parameters.b[0].data()).toEqual(Float32Array.of(3));
  });

  test('outlive the scope in which the optimizer is made', async () => {
    using optimizer = backend().scope(() => sgd(backend().tensor([1]), { learningRate: 1 })) as Optimizer<Tensor>;
    expect(await optimizer.parameters.data()).toEqual(Float32Array.of(1));
  });

  test('are updated by gradients that are unaligned views', async () => {
    const start = hostOf(1);
    const gradients = hostOf(2);
    const unaligned = gradients.map(({ shape, data }) =>
      backend()
        .tensor([0, ...data])
        .view(1, shape),
    );
    using optimizer = sgd(upload(backend(), start), { learningRate: 0.5 });
    optimizer.step(unaligned);
    expectClose(await read(optimizer.parameters), reference.sgd(start, [gradients], { learningRate: 0.5 }));
  });

  test('may all be empty', async () => {
    using optimizer = adam([backend().zeros([0, 3])], { learningRate: 1 });
    optimizer.step([backend().zeros([0, 3])], { clipNorm: 1 });
    expect(await optimizer.parameters[0]?.data()).toHaveLength(0);
    expect(await clipByGlobalNorm(backend().zeros([0]), 1).norm.item()).toBe(0);
  });

  test('above the binding limit are updated in parts', async () => {
    const { runtime } = backend();
    const { machine } = runtime;
    const shapes = [[1000], [3], [257], [5]];
    const [start, gradients] = [hostOf(1, shapes), gradientsOf(3, shapes)];
    await runtime.withMachine({ ...machine, maxBindingBytes: machine.offsetAlignment + 1024 }, async () => {
      using optimizer = adamw(upload(backend(), start), { learningRate: 0.1 });
      stepThrough(backend(), optimizer, gradients, { clipNorm: 1 });
      const expected = reference.adamw(start, gradients, { learningRate: 0.1, clipNorm: 1 });
      expectClose(await read(optimizer.parameters), expected);
    });
  });
});
