import { describe, expect, test } from 'vitest';
import { adam, adamw, clipByGlobalNorm, type Parameters, sgd } from '../../src/index.ts';
import { kernelsOf } from '../optim_support.ts';
import { useBackend } from '../support.ts';

const backend = useBackend();

describe('invalid input', () => {
  const w = () => backend().zeros([2, 3]);
  const bad = (value: unknown) => value as never;

  test('options out of range', () => {
    const p = w();
    for (const [make, message] of [
      [
        () => sgd(p, { learningRate: -1 }),
        'sgd: learningRate is -1, expected a number of at least 0, or a function of the step',
      ],
      [
        () => sgd(p, bad(undefined)),
        'sgd: learningRate is undefined, expected a number of at least 0, or a function of the step',
      ],
      [() => sgd(p, { learningRate: 1, momentum: -0.1 }), 'sgd: momentum is -0.1, expected a number of at least 0'],
      [
        () => sgd(p, { learningRate: 1, weightDecay: Number.NaN }),
        'sgd: weightDecay is NaN, expected a number of at least 0',
      ],
      [() => sgd(p, { learningRate: 1, nesterov: true }), 'sgd: nesterov is true, expected a momentum above 0 with it'],
      [() => adam(p, { learningRate: 1, beta1: 1 }), 'adam: beta1 is 1, expected a number in [0, 1)'],
      [() => adamw(p, { learningRate: 1, beta2: -0.5 }), 'adamw: beta2 is -0.5, expected a number in [0, 1)'],
      [() => adamw(p, { learningRate: 1, epsilon: 0 }), 'adamw: epsilon is 0, expected a number above 0, in f32'],
    ] as const)
      expect(make).toThrow(message);
  });

  test('parameters that are not f32 tensors, repeated or disposed of', () => {
    const make = (parameters: unknown) => () => sgd(parameters as Parameters, { learningRate: 1 });
    const p = w();
    const gone = w();
    gone.dispose();
    expect(make({ p: backend().zeros([2], 'f16') })).toThrow('sgd: parameters.p is f16, expected f32');
    expect(make([backend().zeros([2], 'i32')])).toThrow('sgd: parameters[0] is i32, expected f32 or f16');
    expect(make([p, p])).toThrow('sgd: parameters[1] is the same tensor as parameters[0], expected each tensor once');
    expect(make([])).toThrow('sgd: parameters hold no tensor, expected at least one');
    expect(make({ gone })).toThrow('sgd: parameters.gone [2, 3] was disposed of');
  });

  test('gradients that do not match the parameters: nothing is queued and the optimizer stays usable', async () => {
    using optimizer = adam({ w: w(), b: [backend().full([3], 1)] }, { learningRate: 0.1 });
    const [good, b] = [w(), backend().full([3], 1)];
    const gone = w();
    gone.dispose();
    const launched = kernelsOf(backend(), () => {
      for (const [gradients, message] of [
        [good, 'adam.step: gradients is a f32 tensor [2, 3], expected { w, b } like parameters'],
        [undefined, 'adam.step: gradients is undefined, expected { w, b } like parameters'],
        [{ w: good }, 'adam.step: gradients is { w }, expected { w, b } like parameters'],
        [{ w: good, b }, 'adam.step: gradients.b is a f32 tensor [3], expected an array of 1 like parameters.b'],
        [{ w: good, b: [] }, 'adam.step: gradients.b is an array of 0, expected an array of 1 like parameters.b'],
        [{ w: good, b: [3] }, 'adam.step: gradients.b[0] is number, expected a tensor'],
        [{ w: b, b: [b] }, 'adam.step: gradients.w is [3], expected [2, 3] like parameters.w'],
        [{ w: gone, b: [b] }, 'adam.step: gradients.w [2, 3] was disposed of'],
      ] as const)
        expect(() => optimizer.step(bad(gradients))).toThrow(message);
      const gradients = { w: good, b: [b] };
      expect(() => optimizer.step(gradients, { learningRate: -1 })).toThrow(
        'adam.step: learningRate is -1, expected a number of at least 0',
      );
      expect(() => optimizer.step(gradients, { clipNorm: Number.NaN })).toThrow(
        'adam.step: clipNorm is NaN, expected a number of at least 0',
      );
    });
    expect(launched).toEqual([]);
    expect(() => optimizer.step(bad({ w: backend().zeros([2, 3], 'f16'), b: [b] }))).toThrow(
      'adam.step: gradients.w is f16, expected f32',
    );
    expect(optimizer.stepCount).toBe(0);
    expect(await optimizer.parameters.b[0]?.data()).toEqual(Float32Array.of(1, 1, 1));
    optimizer.step({ w: good, b: [b] });
    expect(optimizer.stepCount).toBe(1);
  });

  test('a schedule that returns an invalid rate', () => {
    using optimizer = sgd(w(), { learningRate: (step) => -step });
    optimizer.step(w());
    expect(() => optimizer.step(w())).toThrow(
      'sgd.step: learningRate is -1 at step 1, expected a number of at least 0',
    );
    expect(optimizer.stepCount).toBe(1);
  });

  test('the state of another optimizer or of other parameters', () => {
    using optimizer = sgd({ w: w() }, { learningRate: 1, momentum: 0.5 });
    using other = adam({ w: w() }, { learningRate: 1 });
    const { moments } = optimizer.state;
    for (const [state, message] of [
      [undefined, 'sgd.load: state.stepCount is undefined, expected a whole number of at least 0'],
      [{ stepCount: 0.5, moments }, 'sgd.load: state.stepCount is 0.5, expected a whole number of at least 0'],
      [{ stepCount: 1 }, 'sgd.load: state.moments is undefined, expected { velocity }'],
      [other.state, 'sgd.load: state.moments is { mean, square }, expected { velocity }'],
      [
        { stepCount: 1, moments: { velocity: { w: backend().zeros([3]) } } },
        'sgd.load: state.moments.velocity.w is [3], expected [2, 3] like parameters.w',
      ],
    ] as const)
      expect(() => optimizer.load(bad(state))).toThrow(message);
  });

  test('an optimizer that was disposed of, or one of its parameters', () => {
    const optimizer = sgd({ w: w() }, { learningRate: 1 });
    optimizer.parameters.w.dispose();
    expect(() => optimizer.step({ w: w() })).toThrow('sgd.step: parameters.w [2, 3] was disposed of');
    const { state } = optimizer;
    optimizer.dispose();
    expect(() => optimizer.step({ w: w() })).toThrow('sgd.step: the optimizer was disposed of');
    expect(() => optimizer.load(state)).toThrow('sgd.load: the optimizer was disposed of');
    expect(() => optimizer.state).toThrow('sgd.state: the optimizer was disposed of');
  });

  test('an invalid norm and invalid gradients', () => {
    expect(() => clipByGlobalNorm(w(), -1)).toThrow('clipByGlobalNorm: maxNorm is -1, expected a number of at least 0');
    expect(() => clipByGlobalNorm({}, 1)).toThrow('clipByGlobalNorm: gradients hold no tensor, expected at least one');
    expect(() => clipByGlobalNorm([backend().zeros([1], 'f16')], 1)).toThrow(
      'clipByGlobalNorm: gradients[0] is f16, expected f32',
    );
  });
});
