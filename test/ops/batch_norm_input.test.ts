import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/tensor.ts';
import {
  batchNormBackward,
  batchNormInference,
  batchNormStats,
  batchNormStatsFromState,
  batchNormTrain,
  mergeBatchNormStats,
} from '../../src/index.ts';
import type { BatchNormTrainOptions } from '../../src/ops/batch_norm_train.ts';
import { floats } from '../batch_norm_support.ts';
import { openBackend, useBackend } from '../support.ts';

const backend = useBackend();

describe('invalid input', () => {
  test('is reported before anything is queued', async () => {
    const x = backend().zeros([4, 3]);
    const wrong = backend().zeros([4]);
    const whole = backend().zeros([3], 'i32');
    const gone = backend().zeros([3]);
    gone.dispose();
    const stats = batchNormStats(x);
    const { saved } = batchNormTrain(x);
    const other = await openBackend();
    const foreign = other.zeros([3]);
    const cases: [() => unknown, string][] = [
      [() => batchNormStats(wrong), 'batchNormStats: x is [4], expected [N, C] or [N, C, ...]'],
      [() => batchNormStats(x.cast('i32')), 'batchNormStats: x is i32, expected f32 or f16'],
      [
        () => batchNormStats(x, { channelAxis: 2 }),
        'batchNormStats: channelAxis is 2, expected a whole number in [-2, 1] for x [4, 3]',
      ],
      [
        () => batchNormTrain(backend().zeros([1, 5])),
        'batchNormTrain: x [1, 5] has one value per channel, expected at least 2 in training',
      ],
      [() => batchNormTrain(x, { gamma: wrong }), 'batchNormTrain: gamma is [4], expected [3]'],
      [() => batchNormTrain(x, { beta: whole }), 'batchNormTrain: beta is i32, expected f32 or f16'],
      [() => batchNormTrain(x, { runningMean: wrong }), 'batchNormTrain: runningMean is [4], expected [3]'],
      [() => batchNormTrain(x, { runningVariance: gone }), 'batchNormTrain: runningVariance [3] was disposed of'],
      [() => batchNormTrain(x, { gamma: foreign }), 'batchNormTrain: gamma belongs to a different backend than x'],
      [() => batchNormTrain(x, { momentum: 1.5 }), 'batchNormTrain: momentum is 1.5, expected a number in [0, 1]'],
      [
        () => batchNormTrain(x, { epsilon: -1 }),
        'batchNormTrain: epsilon is -1, expected a number in [0, 3.4028234663852886e+38]',
      ],
      [
        () => batchNormTrain(x, { runningVarianceKind: 'sample' as 'biased' }),
        "batchNormTrain: runningVarianceKind is 'sample', expected 'unbiased' or 'biased'",
      ],
      [() => batchNormTrain(backend().zeros([4, 2]), { stats }), 'batchNormTrain: stats.mean is [3], expected [2]'],
      [
        () => batchNormTrain(x, { stats: { ...stats, count: 1 } }),
        'batchNormTrain: stats.count is 1, expected at least 2 values per channel in training',
      ],
      [
        () => batchNormInference(x, { mean: wrong, variance: gone }),
        'batchNormInference: variance [3] was disposed of',
      ],
      [() => batchNormInference(x, { mean: wrong, variance: wrong }), 'batchNormInference: mean is [4], expected [3]'],
      [
        () => batchNormInference(x, {} as { mean: Tensor; variance: Tensor }),
        'batchNormInference: mean is undefined, expected a tensor',
      ],
      [() => batchNormBackward(x, wrong, saved), 'batchNormBackward: dy is [4], expected [4, 3] like x'],
      [() => batchNormBackward(x, x, saved, { gamma: wrong }), 'batchNormBackward: gamma is [4], expected [3]'],
      [() => batchNormBackward(x, x, saved, { channelAxis: 0 }), 'batchNormBackward: saved.mean is [3], expected [4]'],
      [() => mergeBatchNormStats([]), 'mergeBatchNormStats: parts is empty, expected at least one'],
      [
        () => mergeBatchNormStats([stats, batchNormStats(backend().zeros([4, 2]))]),
        'mergeBatchNormStats: parts[1].state is [4, 2], expected [4, 3]',
      ],
      [
        () => batchNormStatsFromState(backend().zeros([2, 3]), 1),
        'batchNormStatsFromState: state is [2, 3], expected [4, C] or [3, C]',
      ],
      [
        () => batchNormStatsFromState(backend().zeros([4, 3]), 1.5),
        'batchNormStatsFromState: count is 1.5, expected a whole number in [0, 4294967295]',
      ],
    ];
    for (const [call, message] of cases) expect(call, message).toThrow(message);
    await other.dispose();
    stats.dispose();
    expect(() => mergeBatchNormStats([stats])).toThrow('mergeBatchNormStats: parts[0].state [4, 3] was disposed of');
    expect([...(await floats(batchNormStats(x).mean))]).toEqual([0, 0, 0]);
  });

  test('tensors written in place may not overlap other operands', async () => {
    const all = backend().full([40], 0.5);
    const view = (start: number, shape: number[] = [3]) => all.view(start, shape);
    const [x, runningMean, runningVariance] = [view(20, [4, 3]), view(0), view(3)];
    const stats = batchNormStats(x);
    const cases: [options: BatchNormTrainOptions, names: string][] = [
      [{ runningMean, runningVariance: view(2) }, "runningVariance shares its buffer's elements with runningMean"],
      [{ runningMean, runningVariance: runningMean }, "runningVariance shares its buffer's elements with runningMean"],
      [{ runningMean: view(18) }, "runningMean shares its buffer's elements with x"],
      [{ runningVariance, gamma: view(5) }, "runningVariance shares its buffer's elements with gamma"],
      [{ runningMean, beta: runningMean }, "runningMean shares its buffer's elements with beta"],
      [{ runningMean: stats.mean, stats }, "runningMean shares its buffer's elements with stats.mean"],
      [{ runningVariance: stats.variance, stats }, "runningVariance shares its buffer's elements with stats.variance"],
    ];
    for (const [options, message] of cases)
      expect(() => batchNormTrain(x, options)).toThrow(`batchNormTrain: ${message}, expected elements of its own`);
    // Two tensors on one borrowed buffer also share its elements.
    const buffer = backend().device.createBuffer({ size: 16, usage: 0x80 | 0x4 | 0x8 });
    const [first, second] = [0, 2].map((offset) => backend().fromBuffer(buffer, [3], 'f16', offset)) as [
      Tensor,
      Tensor,
    ];
    expect(() => batchNormTrain(x, { runningMean: first, runningVariance: second })).toThrow(
      "batchNormTrain: runningVariance shares its buffer's elements with runningMean, expected elements of its own",
    );
    batchNormTrain(x, { runningMean, runningVariance });
    expect([...(await floats(all))].slice(0, 6)).toEqual([0.5, 0.5, 0.5, 0.45, 0.45, 0.45].map(Math.fround));
  });
});
