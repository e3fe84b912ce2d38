import { describe, expect, test } from 'vitest';
import {
  argmax,
  crossEntropy,
  crossEntropyWithGradient,
  hardmax,
  logSoftmax,
  logSoftmaxBackward,
  logSumExp,
  nllLoss,
  softmax,
  softmaxBackward,
  type Tensor,
} from '../../src/index.ts';
import { planRows } from '../../src/plan/rows.ts';
import * as reference from '../../src/reference/index.ts';
import { onEveryFold, sameBits, uniform, useBackend } from '../support.ts';

const backend = useBackend();
const { NaN: NAN, NEGATIVE_INFINITY: NEG_INF } = Number;

/** Lengths that a GPU's plan cuts into slices when rows are few: ragged, and in whole vectors. */
const ROWS = 2;
const COLUMNS = [20_001, 12_288];
const HELD = 12_288;

const rows = (cols: number, seed = 1, low = -4, high = 4) => ({
  shape: [ROWS, cols],
  data: uniform(ROWS * cols, low, high, seed),
});

async function expectNear(got: Tensor, truth: { shape: readonly number[]; data: Float64Array }, relative = 1e-5) {
  expect(got.shape).toEqual(truth.shape);
  const actual = await got.data();
  const scale = truth.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const far = truth.data.findIndex(
    (value, i) => !(Math.abs((actual[i] as number) - value) <= relative * Math.abs(value) + 1e-7 * scale),
  );
  expect([far, actual[far], truth.data[far]]).toEqual([-1, undefined, undefined]);
}

describe('few and long rows, cut into slices', () => {
  onEveryFold(backend, (fold) => {
    test(`${fold}: are cut only if they do not fit into registers`, () => {
      const { machine } = backend().runtime;
      const slicesOf = (outer: number, cols: number) => planRows('softmax', machine, { outer, cols, inner: 1 }).slices;
      for (const cols of COLUMNS) expect(slicesOf(ROWS, cols)).toBeGreaterThan(1);
      expect(slicesOf(1000, HELD)).toBe(1);
      expect(slicesOf(ROWS, 16)).toBe(1);
    });

    test(`${fold}: softmax, the related ops and their gradients match the reference`, async () => {
      for (const cols of COLUMNS) {
        const host = rows(cols);
        const gradient = rows(cols, 2);
        using x = backend().tensor(host.data, host.shape);
        using dy = backend().tensor(gradient.data, gradient.shape);
        using y = softmax(x);
        using dx = softmaxBackward(x, dy);
        using log = logSoftmax(x);
        using logDx = logSoftmaxBackward(x, dy);
        using lse = logSumExp(x);
        using best = argmax(x);
        using hard = hardmax(x);
        await expectNear(y, reference.softmax(host));
        await expectNear(dx, reference.softmaxBackward(host, gradient), 1e-4);
        await expectNear(log, reference.logSoftmax(host));
        await expectNear(logDx, reference.logSoftmaxBackward(host, gradient), 1e-4);
        await expectNear(lse, reference.logSumExp(host));
        expect(Array.from(await best.data())).toEqual(Array.from(reference.argmax(host).data));
        expect(Array.from(await hard.data())).toEqual(Array.from(reference.hardmax(host).data));
      }
    });

    test(`${fold}: losses find their label in any slice, also in place`, async () => {
      for (const [index, cols] of COLUMNS.entries()) {
        const labelSmoothing = 0.1 * index;
        const host = rows(cols, 3);
        const labels = { shape: [ROWS], data: Int32Array.of(0, cols - 1) };
        const truth = reference.crossEntropyWithGradient(host, labels, { labelSmoothing });
        using t = backend().tensor(labels.data);
        using x = backend().tensor(host.data, host.shape);
        using forward = crossEntropy(x, t, { labelSmoothing });
        await expectNear(forward, truth.loss);
        const { loss, gradient } = crossEntropyWithGradient(x, t, { labelSmoothing, inPlace: true });
        await expectNear(loss, truth.loss);
        await expectNear(gradient, truth.gradient, 1e-4);
        loss.dispose();
        gradient.dispose();
      }
    });

    test(`${fold}: losses take probabilities as targets`, async () => {
      const cols = HELD;
      const host = rows(cols, 4);
      const { shape, data } = reference.softmax(rows(cols, 5));
      const targets = { shape, data: Float32Array.from(data) };
      using x = backend().tensor(host.data, host.shape);
      using t = backend().tensor(targets.data, targets.shape);
      using loss = crossEntropy(x, t);
      using likelihood = nllLoss(x, t);
      await expectNear(loss, reference.crossEntropy(host, targets));
      await expectNear(likelihood, reference.nllLoss(host, targets));
    });

    test(`${fold}: a special value in one slice affects its whole row, and no other`, async () => {
      const cols = HELD;
      const odd = (value: number) => {
        const { data, shape } = rows(cols, 6);
        data[cols - 2] = value;
        return { data, shape };
      };
      const spoiled = odd(NAN);
      using x = backend().tensor(spoiled.data, spoiled.shape);
      using y = softmax(x);
      const values = await y.data();
      expect(values.subarray(0, cols).every(Number.isNaN)).toBe(true);
      expect(values.subarray(cols).some(Number.isNaN)).toBe(false);
      // A row of -∞ except for one element, in the last slice.
      const single = { shape: [1, cols], data: new Float32Array(cols).fill(NEG_INF) };
      single.data[cols - 1] = -3.4028234663852886e38;
      using alone = backend().tensor(single.data, single.shape);
      using sure = softmax(alone);
      expect(Array.from(await sure.data())).toEqual(Array.from(reference.softmax(single).data));
    });

    test(`${fold}: every run gives the same bits`, async () => {
      const host = rows(20_001, 7);
      using x = backend().tensor(host.data, host.shape);
      using once = softmax(x);
      using again = softmax(x);
      expect(sameBits(await once.data(), await again.data())).toBe(true);
    });
  });
});
