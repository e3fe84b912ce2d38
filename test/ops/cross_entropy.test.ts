import { describe, expect, test } from 'vitest';
import {
  type ClassLossOptions,
  crossEntropy,
  crossEntropyBackward,
  crossEntropyOfProbabilities,
  crossEntropyWithGradient,
  LabelError,
  nllLoss,
  nllLossBackward,
  ShapeError,
  type Tensor,
} from '../../src/index.ts';
import * as reference from '../../src/reference/index.ts';
import { onEveryFold, openBackend, sameBits, uniform, useBackend, watchLaunches } from '../support.ts';

const backend = useBackend();
const { NaN: NAN, POSITIVE_INFINITY: INF, NEGATIVE_INFINITY: NEG_INF } = Number;

async function close(
  actual: Tensor,
  { data: truth, shape }: { data: Float64Array; shape: number[] },
  tolerance: number,
) {
  expect(actual.shape).toEqual(shape);
  const values = await actual.data();
  for (const [i, expected] of truth.entries()) {
    const error = Math.abs((values[i] as number) - expected);
    if (!Number.isFinite(expected)) expect(values[i]).toBe(expected);
    else expect(error).toBeLessThanOrEqual(tolerance);
  }
}

// Runs on the default plan only: options are constants and parameters under every reduction strategy, and the
// conformance check has a case for each strategy.
test('every option in every combination agrees with the reference', async () => {
  const [rows, cols] = [5, 11];
  const shape = [rows, cols];
  const x = uniform(rows * cols, -4, 4);
  const log = uniform(rows * cols, -5, -0.1, 2);
  const p = uniform(rows * cols, 0.05, 1, 3);
  const w = uniform(cols, 0.1, 2, 4);
  const labels = Int32Array.of(3, -100, 10, 0, 3);
  const pending: Promise<void>[] = [];
  const X = { shape, data: x };
  const LOG = { shape, data: log };
  const P = { shape, data: p };
  const [xt, logt, pt] = [X, LOG, P].map(({ data }) => backend().tensor(data, shape)) as [Tensor, Tensor, Tensor];
  const wt = backend().tensor(w);
  const lt = backend().tensor(labels);
  for (const reduction of ['mean', 'sum', 'none'] as const) {
    for (const weighted of [false, true]) {
      for (const labelSmoothing of [0, 0.1]) {
        for (const soft of [false, true]) {
          for (const ignoreIndex of soft ? [-100] : [-100, 3]) {
            if (ignoreIndex === 3) lt.write(labels.map((label) => Math.max(label, 0)));
            else lt.write(labels);
            const options: ClassLossOptions = {
              reduction,
              labelSmoothing,
              ignoreIndex,
              ...(weighted && { weight: wt }),
            };
            const asReference = {
              reduction,
              labelSmoothing,
              ignoreIndex,
              ...(weighted && { weight: { shape: [cols], data: w } }),
            };
            const data = ignoreIndex === 3 ? labels.map((label) => Math.max(label, 0)) : labels;
            const [t, T] = soft ? [pt, P] : [lt, { shape: [rows], data }];
            const both = crossEntropyWithGradient(xt, t, { ...options, scale: 2 });
            const truth = reference.crossEntropyWithGradient(X, T, { ...asReference, scale: 2 });
            const tolerance = 2e-5;
            pending.push(
              close(crossEntropy(xt, t, options), reference.crossEntropy(X, T, asReference), tolerance),
              close(both.loss, truth.loss, tolerance),
              close(both.gradient, truth.gradient, tolerance),
              close(crossEntropyBackward(xt, t, options), reference.crossEntropyBackward(X, T, asReference), tolerance),
              close(nllLoss(logt, t, options), reference.nllLoss(LOG, T, asReference), tolerance),
              close(nllLossBackward(logt, t, options), reference.nllLossBackward(LOG, T, asReference), tolerance),
              close(
                crossEntropyOfProbabilities(pt, t, options),
                reference.crossEntropyOfProbabilities(P, T, asReference),
                tolerance,
              ),
            );
          }
        }
      }
    }
  }
  await Promise.all(pending);
  await backend().sync();
});

describe('a confident prediction loses no accuracy', () => {
  onEveryFold(backend, (fold) => {
    test(`${fold}: the loss and the target’s gradient have relative error below 1e-4 down to 1e-30`, async () => {
      const gaps = [0, 1, 5, 10, 17, 21, 25, 30, 40, 50, 60, 68];
      for (const cols of [2, 33, 1000]) {
        const data = new Float32Array(gaps.length * cols);
        for (const [row, gap] of gaps.entries()) data[row * cols + (row % cols)] = gap;
        const labels = Int32Array.from(gaps, (_, row) => row % cols);
        const [x, t] = [backend().tensor(data, [gaps.length, cols]), backend().tensor(labels)];
        const { loss, gradient } = crossEntropyWithGradient(x, t, { reduction: 'none' });
        const [losses, gradients] = [await loss.data(), await gradient.data()];
        for (const [row, gap] of gaps.entries()) {
          const r = (cols - 1) * Math.exp(-gap);
          const at = row * cols + (row % cols);
          expect(Math.abs((losses[row] as number) / Math.log1p(r) - 1)).toBeLessThan(1e-4);
          expect(Math.abs((gradients[at] as number) / (-r / (1 + r)) - 1)).toBeLessThan(1e-4);
        }
      }
    });
  });

  test('a loss of 7.6e-10 is not rounded to 0', async () => {
    const loss = await crossEntropy(backend().tensor([[21, 0]]), backend().tensor([0], [1], 'i32')).item();
    expect(Math.abs(loss / Math.log1p(Math.exp(-21)) - 1)).toBeLessThan(1e-6);
  });

  test('adding a constant of up to 1e8 to the logits does not change the loss', async () => {
    for (const offset of [1e4, 1e6, 1e8]) {
      const row = [0, -16, -8, 16].map((v) => offset + v);
      const truth = reference.crossEntropy({ shape: [1, 4], data: row }, { shape: [1], data: Int32Array.of(3) })
        .data[0] as number;
      const loss = await crossEntropy(backend().tensor([row]), backend().tensor([3], [1], 'u32')).item();
      expect(Math.abs(loss / truth - 1)).toBeLessThan(1e-4);
    }
  });
});

describe('special values', () => {
  const rows: [string, number[], number][] = [
    ['NaN', [NAN, 1, 2], 1],
    ['+inf', [1, INF, 2], 0],
    ['all -inf', [NEG_INF, NEG_INF, NEG_INF], 0],
    ['the label at -inf', [NEG_INF, 0, 1], 0],
    ['another class at -inf', [0, NEG_INF, 1], 0],
    ['NaN in an ignored row', [NAN, 1, 2], -100],
    ['+inf in an ignored row', [INF, 1, 2], -100],
    ['-FLT_MAX everywhere', [-3.4028234663852886e38, -3.4028234663852886e38, -3.4028234663852886e38], 2],
    ['±3e38', [3e38, -3e38, 0], 0],
    ['finite', [1, 2, 3], 2],
  ];
  const shape = [rows.length, 3];
  const data = Float32Array.from(rows.flatMap(([, row]) => row));
  const labels = Int32Array.from(rows, ([, , label]) => label);

  onEveryFold(backend, (fold) => {
    test(`${fold}: losses and gradients equal the reference’s in every row`, async () => {
      const [x, t] = [backend().tensor(data, shape), backend().tensor(labels)];
      const { loss, gradient } = crossEntropyWithGradient(x, t, { reduction: 'none' });
      const truth = reference.crossEntropyWithGradient(
        { shape, data },
        { shape: [rows.length], data: labels },
        { reduction: 'none' },
      );
      await close(loss, truth.loss, 1e-6);
      await close(gradient, truth.gradient, 1e-6);
      expect((await gradient.data()).slice(15, 21)).toEqual(new Float32Array(6));
    });
  });

  test('a sum over rows is infinite if one loss is, and NaN if one loss is NaN', async () => {
    const t = backend().tensor([0, 0], [2], 'i32');
    expect(
      await crossEntropy(
        backend().tensor([
          [NEG_INF, 0],
          [0, 0],
        ]),
        t,
      ).item(),
    ).toBe(INF);
    expect(
      await crossEntropy(
        backend().tensor([
          [NEG_INF, 0],
          [NAN, 0],
        ]),
        t,
        { reduction: 'sum' },
      ).item(),
    ).toBe(NAN);
  });

  test('the mean over no rows is NaN, or 0 with emptyReduction: zero; the gradient is exactly 0', async () => {
    const x = backend().tensor(uniform(6), [2, 3]);
    const t = backend().tensor([-100, -100], [2], 'i32');
    for (const emptyReduction of ['nan', 'zero'] as const) {
      const { loss, gradient } = crossEntropyWithGradient(x, t, { emptyReduction });
      expect(await loss.item()).toBe(emptyReduction === 'nan' ? NAN : 0);
      expect(await gradient.data()).toEqual(new Float32Array(6));
    }
    expect(await crossEntropy(backend().zeros([0, 3]), backend().zeros([0], 'i32')).item()).toBe(NAN);
  });
});

describe('the losses of a workgroup’s rows are added where they are computed', () => {
  const rows = 1000;
  onEveryFold(backend, (fold) => {
    test(`${fold}: the sum is that of the rows, on a grid with idle workgroups too`, async () => {
      const { runtime } = backend();
      for (const cols of [3, 10, 64]) {
        const [x, t] = [uniform(rows * cols, -4, 4), Int32Array.from({ length: rows }, (_, row) => (row * 7) % cols)];
        const [xt, tt] = [backend().tensor(x, [rows, cols]), backend().tensor(t)];
        const each = Array.from(await crossEntropy(xt, tt, { reduction: 'none' }).data());
        const sum = each.reduce((total, loss) => total + loss, 0);
        await runtime.withMachine({ ...runtime.machine, maxGroups: 7 }, async () => {
          using watched = watchLaunches(backend());
          const { loss } = crossEntropyWithGradient(xt, tt, { reduction: 'sum' });
          const added = watched.launches.find(({ kernel }) => kernel.entry === 'sum_forward')?.bind.x?.size;
          // Forced folds may have one row per workgroup, whose loss is no sum.
          const sums = fold === 'workgroup' || (fold === 'lane' && cols <= 16);
          expect(added).toBeLessThanOrEqual(sums ? rows / 8 : rows);
          expect(Math.abs((await loss.item()) / sum - 1)).toBeLessThan(1e-6);
          expect(Math.abs((await crossEntropy(xt, tt).item()) / (sum / rows) - 1)).toBeLessThan(1e-6);
        });
      }
    });

    test(`${fold}: a loss that is not finite decides the sum`, async () => {
      const x = new Float32Array(rows * 2);
      const t = backend().tensor(new Int32Array(rows));
      const mean = () => crossEntropy(backend().tensor(x, [rows, 2]), t).item();
      expect(await mean()).toBeCloseTo(Math.LN2, 6);
      x[2 * 517] = NEG_INF; // impossible
      expect(await mean()).toBe(INF);
      x[2 * 40] = NAN;
      expect(await mean()).toBe(NAN);
    });
  });
});

describe('inPlace and upstream', () => {
  onEveryFold(backend, (fold) => {
    test(`${fold}: the gradient written over the logits has the bits of the one written elsewhere`, async () => {
      for (const cols of [7, 64, 5000]) {
        const x = backend().tensor(uniform(6 * cols, -3, 3), [6, cols]);
        const t = backend().tensor(Int32Array.from({ length: 6 }, (_, row) => (row * 37) % cols));
        const apart = crossEntropyWithGradient(x, t);
        const [loss, gradient] = [await apart.loss.item(), await apart.gradient.data()];
        const inPlace = crossEntropyWithGradient(x, t, { inPlace: true });
        expect(inPlace.gradient.buffer).toBe(x.buffer);
        expect(await inPlace.loss.item()).toBe(loss);
        expect(sameBits(await inPlace.gradient.data(), gradient)).toBe(true);
        expect(sameBits(await x.data(), gradient)).toBe(true);
        x.dispose();
        expect((await inPlace.gradient.data()).length).toBe(6 * cols);
      }
    });
  });

  test('upstream scales the gradient: a scalar for a mean, one value per row for none', async () => {
    const shape = [3, 4];
    const data = uniform(12);
    const [x, t] = [backend().tensor(data, shape), backend().tensor([1, 2, 3], [3], 'i32')];
    const T = { shape: [3], data: Int32Array.of(1, 2, 3) };
    const mean = crossEntropyBackward(x, t, { upstream: backend().tensor(3) });
    await close(mean, reference.crossEntropyBackward({ shape, data }, T, { upstream: { shape: [], data: [3] } }), 1e-6);
    const none = crossEntropyBackward(x, t, { reduction: 'none', upstream: backend().tensor([1, -2, 0]) });
    const up = { shape: [3], data: [1, -2, 0] };
    await close(none, reference.crossEntropyBackward({ shape, data }, T, { reduction: 'none', upstream: up }), 1e-6);
  });
});

describe('labels', () => {
  const logits = () => backend().tensor(uniform(12), [3, 4]);

  test('of any integer type are checked and never truncated', async () => {
    const truth = await crossEntropy(logits(), backend().tensor(Int32Array.of(0, 1, 3))).item();
    for (const type of [Int8Array, Uint8Array, Int16Array, Uint16Array, Uint32Array]) {
      expect(await crossEntropy(logits(), backend().tensor(type.of(0, 1, 3))).item()).toBe(truth);
    }
    expect(await crossEntropy(logits(), backend().tensor(BigInt64Array.of(0n, 1n, 3n))).item()).toBe(truth);
    const wide = BigInt64Array.of(0n, 4294967297n, 3n);
    expect(() => backend().tensor(wide)).toThrow(
      "tensor: data[1] is 4294967297, expected a whole number in [-2147483648, 2147483647] for dtype 'i32'",
    );
  });

  test('uploaded out of range: the call throws with row, label and range, and queues nothing', async () => {
    const { liveBytes } = backend().memory();
    const x = logits();
    const t = backend().tensor(Uint8Array.of(0, 1, 4));
    const held = backend().memory().liveBytes;
    for (const call of [
      crossEntropy,
      crossEntropyBackward,
      crossEntropyWithGradient,
      nllLoss,
      nllLossBackward,
      crossEntropyOfProbabilities,
    ]) {
      expect(() => call(x, t)).toThrow(LabelError);
      expect(() => call(x, t)).toThrow(new RegExp(`^${call.name}: label 4 in row 2 is outside \\[0, 4\\)$`));
    }
    expect(() => crossEntropy(x, backend().tensor([-1, 0, 0], [3], 'i32'))).toThrow(
      'crossEntropy: label -1 in row 0 is outside [0, 4)',
    );
    expect(() => crossEntropy(x, backend().tensor(Uint32Array.of(1, 3e9, 0)))).toThrow('label 3000000000 in row 1');
    x.dispose();
    t.dispose();
    expect(held - liveBytes).toBe(512);
    await backend().sync();
  });

  test('computed out of range: only that row is NaN, and the reads that depend on it reject', async () => {
    const x = logits();
    const t = backend().tensor([0, 4, 2]).cast('i32');
    const { loss, gradient } = crossEntropyWithGradient(x, t, { reduction: 'none' });
    await expect(loss.data()).rejects.toThrow('crossEntropyWithGradient: label 4 in row 1 is outside [0, 4)');
    await expect(gradient.data()).rejects.toThrow(LabelError);
    // The rows can still be inspected through the buffer itself.
    await backend().flush();
    const seen = backend().fromBuffer(gradient.buffer, [3, 4]);
    const rows = Array.from(await seen.data(), Number.isNaN);
    expect(rows).toEqual([false, false, false, false, true, true, true, true, false, false, false, false]);
    await backend().sync();
  });

  test('out of range in several rows: calls and reads report the first', async () => {
    const wrong = [1, 7, -100, 9];
    const x = backend().zeros([4, 5]);
    const words = 'crossEntropy: label 7 in row 1 is outside [0, 5)';
    expect(() => crossEntropy(x, backend().tensor(wrong, [4], 'i32'))).toThrow(words);
    await expect(crossEntropy(x, backend().tensor(wrong).cast('i32')).item()).rejects.toThrow(words);
    await backend().sync();
  });

  test('that are ignored may have any value and are never used as an index', async () => {
    for (const ignoreIndex of [-100, 7, 2 ** 31 - 1, -(2 ** 31)]) {
      const t = backend().tensor([1, ignoreIndex, 2], [3], 'i32');
      const expected = reference.crossEntropy(
        { shape: [3, 4], data: uniform(12) },
        { shape: [3], data: Int32Array.of(1, ignoreIndex, 2) },
        { ignoreIndex },
      );
      await close(crossEntropy(logits(), t, { ignoreIndex }), expected, 1e-6);
    }
    await backend().sync();
  });

  test('replaced by write() are checked anew', async () => {
    const t = backend().tensor([0, 1, 2], [3], 'i32');
    t.write([0, 9, 2]);
    expect(() => crossEntropy(logits(), t)).toThrow('label 9 in row 1');
    t.write([3, 3, 3]);
    expect(await crossEntropy(logits(), t.reshape([3])).item()).toBeGreaterThan(0);
  });
});

describe('arguments', () => {
  test('errors name op, argument, expected and actual', () => {
    const x = backend().zeros([4, 7]);
    const t = backend().zeros([4], 'i32');
    const cases: [() => unknown, string][] = [
      [
        () => crossEntropy(x, backend().zeros([5], 'i32')),
        'crossEntropy: targets is [5], expected [4] like the rows of logits [4, 7], as class indices',
      ],
      [
        () => crossEntropy(x, backend().zeros([4])),
        'crossEntropy: targets is [4], expected [4, 7] like logits, as probabilities',
      ],
      [
        () => crossEntropy(x, t, { weight: backend().zeros([4]) }),
        'crossEntropy: weight is [4], expected [7] like the classes',
      ],
      [
        () => crossEntropy(x, t, { labelSmoothing: 1.5 }),
        'crossEntropy: labelSmoothing is 1.5, expected a number in [0, 1]',
      ],
      [
        () => crossEntropy(x, t, { reduction: 'max' as never }),
        "crossEntropy: reduction is 'max', expected 'mean' or 'sum' or 'none'",
      ],
      [
        () => crossEntropyBackward(x, t, { upstream: backend().zeros([4]) }),
        "crossEntropyBackward: upstream is [4], expected [] like the loss with reduction 'mean'",
      ],
      [() => crossEntropy(t, t), 'crossEntropy: logits is i32, expected f32'],
      [() => crossEntropy(x, t, { ignoreIndex: 1.5 }), 'crossEntropy: ignoreIndex is 1.5, expected a whole number'],
      [() => crossEntropy(undefined as never, t), 'crossEntropy: logits is undefined, expected a tensor'],
      [
        () => crossEntropyWithGradient(x, x, { inPlace: true }),
        'crossEntropyWithGradient: inPlace, and targets shares its buffer with logits',
      ],
    ];
    for (const [call, text] of cases) expect(call).toThrow(text);
    expect(() => crossEntropy(x, backend().zeros([5], 'i32'))).toThrow(ShapeError);
  });

  test('from two backends are rejected', async () => {
    const other = await openBackend();
    const call = () => crossEntropy(backend().zeros([2, 3]), other.zeros([2], 'i32'));
    expect(call).toThrow('crossEntropy: targets belongs to a different backend than logits');
    await other.dispose();
  });
});

test('repeated calls leak no memory', async () => {
  const x = backend().tensor(uniform(40), [10, 4]);
  const t = backend().tensor(Int32Array.from({ length: 10 }, (_, i) => i % 4));
  const weight = backend().full([4], 2);
  const step = () => backend().scope(() => void crossEntropyWithGradient(x, t, { weight, labelSmoothing: 0.1 }));
  step();
  const { liveBytes } = backend().memory();
  for (let i = 0; i < 300; i++) step();
  expect(backend().memory().liveBytes).toBe(liveBytes);
  await backend().sync();
});
