import { describe, expect, test } from 'vitest';
import {
  type ClassLossOptions,
  crossEntropy,
  crossEntropyBackward,
  crossEntropyWithGradient,
} from '../../src/reference/index.ts';
import { expectClose, expectRelative, labels, nd, normal, numericGradient } from './helpers.ts';

const REDUCTIONS = ['mean', 'sum', 'none'] as const;

describe('cross-entropy: matches PyTorch 2.13 in float64', () => {
  const logits = nd([
    [1, 2, 3],
    [0.5, -1, 0.25],
    [2, 0, -2],
  ]);
  const targets = labels(2, 0, -100);
  const weight = nd([1, 2, 0.5]);

  test.each<[string, ClassLossOptions, number, number[]]>([
    ['plain', {}, 0.5508590754231474, [0.04501528658519022, 0.12236423552739882, -0.1673795221125891]],
    ['weight', { weight }, 0.5986101124160698, [0.030010191056793478, 0.08157615701826587, -0.1115863480750594]],
    [
      'labelSmoothing',
      { labelSmoothing: 0.1 },
      0.6300257420898141,
      [0.02834861991852355, 0.10569756886073216, -0.13404618877925578],
    ],
    [
      'weight and labelSmoothing',
      { weight, labelSmoothing: 0.1 },
      0.7827716240180635,
      [0.011789327642143717, 0.048008533509590216, -0.059797861151734],
    ],
  ])('%s', (_, options, loss, firstRow) => {
    const result = crossEntropyWithGradient(logits, targets, options);
    expectClose(result.loss.data, [loss]);
    expectClose(result.gradient.data.subarray(0, 3), firstRow);
    expect([...result.gradient.data.subarray(6)]).toEqual([0, 0, 0]);
  });

  test('probabilities that do not sum to one, weight and labelSmoothing', () => {
    const t = nd([
      [0.2, 0.3, 0.5],
      [1, 0, 0],
      [0.1, 0.1, 0.1],
    ]);
    const { loss, gradient } = crossEntropyWithGradient(logits, t, { weight, labelSmoothing: 0.1 });
    expectClose(loss.data, [1.0258737360209513]);
    expectClose(gradient.data.subarray(6), [0.08361369613283873, -0.06534255510723035, -0.018271141025608395]);
  });
});

describe('cross-entropy: the gradient is the derivative', () => {
  const logits = normal([4, 3, 2], { seed: 11, std: 2 });
  const indices = { shape: [4, 2], data: Int8Array.from([0, 2, 1, -100, 1, 1, 0, 2]) };
  const weight = nd([0.5, 2, 1.25]);
  for (const reduction of REDUCTIONS) {
    for (const labelSmoothing of [0, 0.3]) {
      for (const weights of [{}, { weight }]) {
        const options = { reduction, labelSmoothing, ...weights };
        const upstream = normal(reduction === 'none' ? [4, 2] : [], { seed: 12 });
        test(`${reduction}, smoothing ${labelSmoothing}, ${'weight' in weights ? '' : 'no '}weights`, () => {
          for (const targets of [indices, normal([4, 3, 2], { seed: 13, mean: 1, std: 0.2 })]) {
            const gradient = crossEntropyBackward(logits, targets, { ...options, upstream });
            const numeric = numericGradient((at) => crossEntropy(at, targets, options), logits, upstream);
            expectClose(gradient.data, numeric, 1e-9);
          }
        });
      }
    }
  }
});

describe('cross-entropy: a confident model', () => {
  test.each([21, 30, 69.07755278982137, 300])('the loss is log1p(exp(-gap)), not 0, at gap %d', (gap) => {
    const { loss, gradient } = crossEntropyWithGradient(nd([[gap, 0]]), labels(0));
    const r = Math.exp(-gap);
    expectRelative(loss.data[0], Math.log1p(r));
    expectRelative(gradient.data[0], -r / (1 + r));
    expectRelative(gradient.data[1], r / (1 + r));
  });

  test('a loss of 7.6e-10 over 32,000 classes and its gradient are accurate', () => {
    const logits = { shape: [1, 32000], data: new Float64Array(32000) };
    const gap = Math.log(31999) + Math.log(1 / 7.6e-10);
    logits.data[12345] = gap;
    const { loss, gradient } = crossEntropyWithGradient(logits, labels(12345));
    expectRelative(loss.data[0], Math.log1p(7.6e-10), 1e-13);
    expectRelative(gradient.data[12345], -7.6e-10 / (1 + 7.6e-10), 1e-13);
  });

  test('a loss of 1e-30 is accurate', () => {
    const { loss } = crossEntropyWithGradient(nd([[0, Math.log(1e-30)]]), labels(0));
    expectRelative(loss.data[0], 1e-30, 1e-13);
  });

  test('the loss of a wrong model is the gap and its gradient -1, without overflow', () => {
    const { loss, gradient } = crossEntropyWithGradient(nd([[0, 1e30]]), labels(0));
    expect(loss.data[0]).toBe(1e30);
    expect([...gradient.data]).toEqual([-1, 1]);
  });

  test('a common offset of 1e8 changes nothing', () => {
    for (const target of [0, 1, 2]) {
      const near = crossEntropyWithGradient(nd([[20, 0.5, -3]]), labels(target));
      const far = crossEntropyWithGradient(nd([[1e8 + 20, 1e8 + 0.5, 1e8 - 3]]), labels(target));
      expect(far).toEqual(near);
    }
  });

  test('with smoothing the loss of the target stays accurate', () => {
    const { loss } = crossEntropyWithGradient(nd([[0, -69]]), labels(0), { weight: nd([1, 0]), labelSmoothing: 0.5 });
    expectRelative(loss.data[0], 0.75 * Math.exp(-69));
  });
});
