import { f16round } from '@petamoriken/float16';
import { describe, expect, test } from 'vitest';
import {
  argmax,
  classificationError,
  crossEntropy,
  crossEntropyBackward,
  crossEntropyWithGradient,
  type DType,
  hardmax,
  logSoftmax,
  logSoftmaxBackward,
  logSumExp,
  nllLoss,
  nllLossBackward,
  ShapeError,
  softmax,
  softmaxBackward,
  type Tensor,
} from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { onEveryFold, sameBits, uniform, useBackend } from '../support.ts';

const backend = useBackend();

/** Rows along the first, a middle and the last axis, short and long. */
const SHAPES = [
  { shape: [5, 7, 3], axes: [0, -2, 2] },
  { shape: [2, 1030, 3], axes: [1] },
];
/** Reductions do not depend on how elements are stored, so f16 runs with one strategy only. */
const typesOf = (fold: string) => (fold === 'lane' ? (['f32', 'f16'] as const) : (['f32'] as const));

const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);

/** Values that the dtype holds exactly. */
function values(shape: readonly number[], dtype: DType, seed: number) {
  const data = uniform(sizeOf(shape), -4, 4, seed);
  return { shape, data: dtype === 'f16' ? data.map((value) => f16round(value)) : data };
}

/** Uploads to the second element of a buffer, so that nothing is aligned. */
function view({ shape, data }: { shape: readonly number[]; data: Float32Array }, dtype: DType): Tensor {
  const padded = new Float32Array(data.length + 1);
  padded.set(data, 1);
  return backend().tensor(padded, [padded.length], dtype).view(1, shape);
}

/** Half an ulp of f16 is at most 2^-11 of a value, or 2^-25. In a log-sum-exp, m + log Σ may cancel. */
async function expectNear(got: Tensor, truth: { shape: readonly number[]; data: Float64Array }) {
  expect(got.shape).toEqual(truth.shape);
  const actual = await got.data();
  const [relative, least] = got.dtype === 'f16' ? [2 ** -11 + 2e-5, 2 ** -25 + 1e-6] : [1e-5, 1e-6];
  const far = truth.data.findIndex(
    (value, i) => !(Math.abs((actual[i] as number) - value) <= relative * Math.abs(value) + least),
  );
  expect([far, actual[far], truth.data[far]]).toEqual([-1, undefined, undefined]);
}

describe('along any axis', () => {
  onEveryFold(backend, (fold) => {
    test(`${fold}: softmax, the related ops and their gradients match the reference`, async () => {
      for (const dtype of typesOf(fold))
        for (const { shape, axes } of SHAPES)
          for (const axis of axes) {
            const [x, dy] = [values(shape, dtype, 1), values(shape, dtype, 2)];
            const rounded = ({ data }: { data: Float64Array }) => ({
              shape,
              data: Float32Array.from(data, (value) => (dtype === 'f16' ? f16round(value) : value)),
            });
            const y = rounded(reference.softmax(x, { axis }));
            const logY = rounded(reference.logSoftmax(x, { axis }));
            const [onGpu, dyOnGpu] = [view(x, dtype), view(dy, dtype)];
            await expectNear(softmax(onGpu, { axis }), reference.softmax(x, { axis }));
            await expectNear(logSoftmax(onGpu, { axis }), reference.logSoftmax(x, { axis }));
            await expectNear(
              logSumExp(onGpu, { axis, keepDims: true }),
              reference.logSumExp(x, { axis, keepDims: true }),
            );
            await expectNear(
              softmaxBackward(view(y, dtype), dyOnGpu, { axis }),
              reference.softmaxBackward(y, dy, { axis }),
            );
            await expectNear(
              logSoftmaxBackward(view(logY, dtype), dyOnGpu, { axis }),
              reference.logSoftmaxBackward(logY, dy, { axis }),
            );
            expect([...(await argmax(onGpu, { axis }).data())]).toEqual([...reference.argmax(x, { axis }).data]);
            expect([...(await hardmax(onGpu, { axis }).data())]).toEqual([...reference.hardmax(x, { axis }).data]);
          }
    });

    test(`${fold}: cross-entropy of [N, C, d1, d2] takes labels [N, d1, d2] or probabilities`, async () => {
      const shape = [3, 5, 2, 7];
      const labels = {
        shape: [3, 2, 7],
        data: Int32Array.from({ length: 42 }, (_, i) => (i % 6 === 5 ? -100 : i % 5)),
      };
      const weight = { shape: [5], data: Float32Array.of(0.5, 1, 2, 0.25, 1.5) };
      for (const dtype of typesOf(fold)) {
        const logits = values(shape, dtype, 3);
        const soft = {
          shape,
          data: Float32Array.from(reference.softmax(values(shape, dtype, 4), { axis: 1 }).data, f16round),
        };
        for (const targets of [labels, soft]) {
          const onGpu = targets === soft ? view(soft, dtype) : backend().tensor(labels.data, labels.shape);
          const options = { reduction: 'mean', labelSmoothing: 0.1 } as const;
          const own = { ...options, weight: view(weight, dtype) };
          const truth = reference.crossEntropyWithGradient(logits, targets, { ...options, weight });
          const x = view(logits, dtype);
          await expectNear(crossEntropy(x, onGpu, own), truth.loss);
          await expectNear(crossEntropyBackward(x, onGpu, own), truth.gradient);
          const none = { ...own, reduction: 'none' } as const;
          await expectNear(nllLoss(x, onGpu, none), reference.nllLoss(logits, targets, { ...none, weight }));
          await expectNear(
            nllLossBackward(x, onGpu, own),
            reference.nllLossBackward(logits, targets, { ...options, weight }),
          );
          const inPlace = crossEntropyWithGradient(x, onGpu, { ...own, inPlace: true });
          await expectNear(inPlace.loss, truth.loss);
          await expectNear(inPlace.gradient, truth.gradient);
          await expectNear(x, truth.gradient);
        }
      }
    });
  });

  test('the losses and the classification error take classes on any axis', async () => {
    const scores = values([4, 3, 5], 'f32', 5);
    const x = backend().tensor(scores.data, [4, 3, 5]);
    for (const [axis, shape] of [
      [0, [3, 5]],
      [-1, [4, 3]],
    ] as const) {
      const labels = { shape, data: Int32Array.from({ length: sizeOf(shape) }, (_, i) => i % 4) };
      const targets = backend().tensor(labels.data, shape);
      await expectNear(crossEntropy(x, targets, { axis }), reference.crossEntropy(scores, labels, { axis }));
      await expectNear(
        classificationError(x, targets, { axis }),
        reference.classificationError(scores, labels, { axis }),
      );
    }
  });

  test('strided rows above the binding limit run in windows, or through a transpose if no window fits', async () => {
    const { runtime } = backend();
    const own = runtime.machine;
    const x = values([6, 50, 13], 'f32', 6);
    const labels = backend().tensor(
      Int32Array.from({ length: 78 }, (_, i) => i % 50),
      [6, 13],
    );
    const run = (maxBindingBytes: number) => {
      const onGpu = backend().tensor(x.data, x.shape);
      return runtime.withMachine({ ...own, maxBindingBytes }, () => {
        const y = softmax(onGpu, { axis: 1 });
        const { loss, gradient } = crossEntropyWithGradient(onGpu, labels, { inPlace: true });
        return [y, loss, gradient];
      });
    };
    const truth = reference.crossEntropyWithGradient(x, { shape: [6, 13], data: (await labels.data()) as Int32Array });
    for (const limit of [own.maxBindingBytes, own.offsetAlignment + 6000, own.offsetAlignment + 1024]) {
      const [y, loss, gradient] = run(limit) as [Tensor, Tensor, Tensor];
      await expectNear(y, reference.softmax(x, { axis: 1 }));
      await expectNear(loss, truth.loss);
      await expectNear(gradient, truth.gradient);
    }
  });

  test('more than 65,535 workgroups of strided rows fold into two grid dimensions', async () => {
    const { runtime } = backend();
    const x = backend().tensor(uniform(3 * 5 * 4001, -4, 4, 7), [3, 5, 4001]);
    const plain = await softmax(x, { axis: 1 }).data();
    const folded = runtime.withMachine({ ...runtime.machine, maxGroups: 7 }, () => softmax(x, { axis: 1 }));
    expect(sameBits(await folded.data(), plain)).toBe(true);
  });

  test('empty tensors and invalid axes', () => {
    const x = backend().zeros([2, 0, 3]);
    expect(softmax(x, { axis: 1 }).shape).toEqual([2, 0, 3]);
    expect(logSumExp(x, { axis: 1 }).shape).toEqual([2, 3]);
    expect(() => argmax(x, { axis: 1 })).toThrow(
      new ShapeError('argmax: x is [2, 0, 3], expected at least one element along the axis'),
    );
    expect(() => softmax(x, { axis: 3 })).toThrow(
      new ShapeError('softmax: axis is 3, expected a whole number in [-3, 2] for rank 3'),
    );
    expect(() => crossEntropy(x, backend().zeros([2, 1], 'i32'))).toThrow(
      'crossEntropy: targets is [2, 1], expected [2, 3] like the rows of logits [2, 0, 3], as class indices',
    );
  });
});
